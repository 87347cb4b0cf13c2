package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestShells types into each shell, with tabs, and checks which arguments the command then
// gets. A shell that is not installed is skipped, but for where all are to be there.
func TestShells(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		shell string
		args  []string
		setup string // makes batchreport print its arguments, and sets the prompt
	}{
		{"bash", []string{"--norc", "--noprofile", "-i"}, "bind 'set bell-style none' 'set enable-bracketed-paste off'\nsource <(command batchreport completion bash)\n" + posixPrint},
		{"zsh", []string{"-f", "-i"}, "unsetopt beep; autoload -Uz compinit; compinit -u -D\nsource <(command batchreport completion zsh)\n" + posixPrint},
		{"fish", []string{"--no-config", "-i"}, "command batchreport completion fish | source\nfunction fish_prompt; echo -n 'ready> '; end\nfunction batchreport; if test \"$argv[1]\" = __complete; command batchreport $argv; else; printf 'GOT'; printf '<%s>' $argv; printf '\\n'; end; end\n"},
	} {
		t.Run(test.shell, func(t *testing.T) {
			t.Parallel()
			path, err := exec.LookPath(test.shell)
			if err != nil && os.Getenv("TESTS_SKIP_NOTHING") == "" {
				t.Skip(err) // Go and make are all that make test needs; .ci/run installs the rest
			}
			if err != nil {
				t.Fatal(err)
			}
			s := startShell(t, path, test.args, test.setup)
			for typed, want := range map[string]string{
				"convert --form\tpar\t":                      "<convert><--format><parquet>",
				"conv\t--format=nd\t":                        "<convert><--format=ndjson>",
				"convert --columns key,error_c\t":            "<convert><--columns><key,error_code>",
				"convert --columns=key,error_c\t":            "<convert><--columns=key,error_code>",
				"summary --by bucket,occurred_at:h\t":        "<summary><--by><bucket,occurred_at:hour>",
				"summary --by=occurred_at:h\t":               "<summary><--by=occurred_at:hour>",
				"convert --sse aws:kms:\t":                   "<convert><--sse><aws:kms:dsse>",
				"summary --fail-on fai\t":                    "<summary><--fail-on><failed>0>",
				"convert 'a re\t":                            "<convert><a report.csv>",
				"convert a\\ re\t":                           "<convert><a report.csv>",
				"convert only\t":                             "<convert><only file.csv>",
				"task --plan=pla\t":                          "<task><--plan=plan.json>",
				"help exit\t":                                "<help><exit-codes>",
				"ddl --dialect duck\tonly\t":                 "<ddl><--dialect><duckdb><only file.csv>",
				"convert s3://my-reports/job plan\t":         "<convert><s3://my-reports/job><plan.json>",
				"convert s3://a:b=c --compression zs\tpla\t": "<convert><s3://a:b=c><--compression><zstd><plan.json>",
			} {
				if got := s.run(t, typed); got != want {
					t.Errorf("%q becomes %s, want %s", typed, got, want)
				}
			}
		})
	}
}

// posixPrint is what bash and zsh have in common of that.
const posixPrint = "batchreport() { if [ \"$1\" = __complete ]; then command batchreport \"$@\"; else printf GOT; printf '<%s>' \"$@\"; echo; fi; }\nPS1='ready> '\n"

// runningShell is a shell that runs on a terminal.
type runningShell struct {
	terminal *os.File
	seen     string // of what it wrote and nobody has waited for
}

func startShell(t *testing.T, path string, args []string, setup string) *runningShell {
	t.Helper()
	bin, home := t.TempDir(), t.TempDir()
	self, err := os.Executable() // which is batchreport, by that name: see TestMain
	if err == nil {
		err = os.Symlink(self, filepath.Join(bin, "batchreport"))
	}
	for name, text := range map[string]string{"only file.csv": "", "a report.csv": "", "plan.json": "", ".setup": setup} {
		if err == nil {
			err = os.WriteFile(filepath.Join(home, name), []byte(text), 0o600)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	terminal, program := openTerminal(t)
	cmd := exec.Command(path, args...)
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = home, program, program, program
	cmd.Env = []string{"PATH=" + bin + ":" + os.Getenv("PATH"), "HOME=" + home, "TERM=dumb", "PS1=", "LANG=C.UTF-8"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	program.Close()
	t.Cleanup(func() {
		terminal.Close() // which hangs up
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	s := &runningShell{terminal: terminal}
	s.write(t, "source .setup\r")
	s.await(t, "ready> ")
	return s
}

// run types a line, and returns the arguments of the command that it became.
func (s *runningShell) run(t *testing.T, line string) string {
	t.Helper()
	s.write(t, "batchreport "+line)
	s.write(t, "\r")
	s.await(t, "GOT")
	got := s.await(t, "\n")
	s.await(t, "ready> ")
	return strings.TrimSpace(got)
}

func (s *runningShell) write(t *testing.T, text string) {
	t.Helper()
	if _, err := s.terminal.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

// await reads until the shell has written text, and returns what it wrote before.
func (s *runningShell) await(t *testing.T, text string) string {
	t.Helper()
	// Longer than any shell takes: it is only for one that waits for something.
	if err := s.terminal.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	for buffer := make([]byte, 4096); ; {
		if before, after, ok := strings.Cut(s.seen, text); ok {
			s.seen = after
			return before
		}
		n, err := s.terminal.Read(buffer)
		s.seen += string(buffer[:n])
		if err != nil {
			t.Fatalf("%v before %q, after %q", err, text, s.seen)
		}
	}
}

// openTerminal returns both ends of a new terminal: that of the one who types, and that of
// the program.
func openTerminal(t *testing.T) (terminal, program *os.File) {
	t.Helper()
	terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	number := 0
	conn, err := terminal.SyscallConn()
	if err == nil {
		controlErr := conn.Control(func(fd uintptr) {
			if err = unix.IoctlSetPointerInt(int(fd), unix.TIOCSPTLCK, 0); err == nil {
				number, err = unix.IoctlGetInt(int(fd), unix.TIOCGPTN)
			}
			if err == nil {
				err = unix.IoctlSetWinsize(int(fd), unix.TIOCSWINSZ, &unix.Winsize{Row: 50, Col: 200})
			}
		})
		if err == nil {
			err = controlErr
		}
	}
	if err == nil {
		program, err = os.OpenFile("/dev/pts/"+strconv.Itoa(number), os.O_RDWR|unix.O_NOCTTY, 0)
	}
	if err != nil {
		t.Fatal(fmt.Errorf("open a terminal: %w", err))
	}
	return terminal, program
}
