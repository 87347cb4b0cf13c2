package usage

import (
	"bufio"
	"os"
	"strconv"
	"strings"
)

// peakMemory returns the most memory in bytes that was resident at once, 0 where that
// is not known. It is not what getrusage says, which counts what the process was before
// it became this program.
func peakMemory() int64 {
	status, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer status.Close()
	for lines := bufio.NewScanner(status); lines.Scan(); {
		if value, ok := strings.CutPrefix(lines.Text(), "VmHWM:"); ok {
			kB, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(value, "kB")), 10, 64)
			return kB << 10
		}
	}
	return 0
}
