package engines

import (
	"container/heap"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What a conversion of 20 billion rows is computed from. The measured figures are those
// of the README and of package ledger's documentation, on two cores.
const (
	rows        = 20e9
	bytesPerRow = 2.02e9 / 4.7e6 // of the report that is measured with
	taskBytes   = 1 << 30        // --task-size by default
	fileBytes   = 50e6           // a result file, supposed
	cpuPerGB    = 12.3 / 2.02 * 1.1
	cores       = 2
	outPerByte  = 864.0 / 2020
	parts       = 3 // of a task: two partitions, of which one is larger than 256 MiB
	partBytes   = 8 << 20
	startUp     = 60.0 // seconds until a machine runs its first task, supposed
	roundTrip   = 0.03
	atOnce      = 64 // requests of a commit

	// Dollars: Fargate for Linux on x86 (a vCPU hour, a GB hour, of 4 GB), and S3 Standard
	// (1,000 PUT, 1,000 GET), in us-east-1, as AWS listed them in 2025.
	vCPUHour, gbHour, put1000, get1000 = 0.04048, 0.004445, 0.005, 0.0004
)

// paper is what is computed.
type paper struct {
	tasks, puts, gets int
	commit            float64 // seconds
}

// newPaper computes what does not depend on the number of machines.
func newPaper() paper {
	up := func(x float64) int { return int(math.Ceil(x)) }
	tasks, files, uploads := up(rows*bytesPerRow/taskBytes), up(taskBytes/fileBytes), up(taskBytes*outPerByte/partBytes)
	return paper{
		tasks: tasks,
		// The result, the marker; of each part its note, its beginning and its end.
		puts: tasks * (2 + 3*parts + uploads),
		// The plan, the register, the result before, the files; the result and the parts at the commit.
		gets:   tasks * (2 + 2 + 1 + files + 1 + parts),
		commit: float64(tasks*(1+2*parts)) * roundTrip / atOnce,
	}
}

// machines are when machines have ended what they do, the first to end on top.
type machines []float64

func (m machines) Len() int           { return len(m) }
func (m machines) Less(i, j int) bool { return m[i] < m[j] }
func (m machines) Swap(i, j int)      { m[i], m[j] = m[j], m[i] }
func (m *machines) Push(v any)        { *m = append(*m, v.(float64)) }
func (m *machines) Pop() any {
	last := len(*m) - 1
	v := (*m)[last]
	*m = (*m)[:last]
	return v
}

// simulate returns when the last of so many machines ends, in seconds, and how long all
// of them are paid for. Machines differ by a tenth, tasks by a fifth, and one task in
// 200 is lost with its machine at its end, and run again by one that has to start.
func (p paper) simulate(n int) (last, paid float64) {
	random := rand.New(rand.NewPCG(1, 2))
	speed := make([]float64, n)
	for i := range speed {
		speed[i] = 0.95 + 0.1*random.Float64()
	}
	m := make(machines, n)
	for i := range m {
		m[i] = startUp
	}
	heap.Init(&m)
	for i := range p.tasks {
		seconds := taskBytes / 1e9 * cpuPerGB / cores * speed[i%n] * (0.9 + 0.2*random.Float64())
		end := heap.Pop(&m).(float64) + seconds
		if random.IntN(200) == 0 {
			end += startUp + seconds
		}
		heap.Push(&m, end)
	}
	for _, end := range m {
		paid += end
	}
	return slices.Max(m), paid
}

// TestPaper checks that the figures for 20 billion rows in the documentation follow from
// those that were measured.
func TestPaper(t *testing.T) {
	t.Parallel()
	p := newPaper()
	var want []string
	for _, n := range []int{100, 1000} {
		last, paid := p.simulate(n)
		compute := paid / 3600 * (cores*vCPUHour + 4*gbHour)
		requests := float64(p.puts)/1000*put1000 + float64(p.gets)/1000*get1000
		want = append(want, fmt.Sprintf("%d tasks, %d machines: %.0f s, commit %.0f s, %.2f million PUT, %.2f million GET, $%.2f and $%.2f",
			p.tasks, n, last, p.commit, float64(p.puts)/1e6, float64(p.gets)/1e6, compute, requests))
	}
	doc, err := os.ReadFile(root + "/convert/doc.go")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(regexp.MustCompile(`(?m)^//`).ReplaceAllString(string(doc), "")), " ")
	for _, line := range want {
		if !strings.Contains(text, line) {
			t.Errorf("convert/doc.go does not say: %s", line)
		}
	}
}
