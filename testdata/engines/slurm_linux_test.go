package engines

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"batchreport/convert/storage/disk"
)

// slurmConf configures a cluster of this machine alone, in a folder of its own. Its
// arguments are the folder, the user, and two ports. A job that is requeued waits until
// its credential has run out, so that has a short life.
const slurmConf = `ClusterName=test
SlurmctldHost=localhost(127.0.0.1)
SlurmUser=%[2]s
SlurmdUser=%[2]s
AuthType=auth/munge
AuthInfo=socket=%[1]s/munge.socket,cred_expire=5
CredType=cred/munge
SlurmctldPort=%[3]d
SlurmdPort=%[4]d
StateSaveLocation=%[1]s/state
SlurmdSpoolDir=%[1]s/spool
SlurmctldPidFile=%[1]s/slurmctld.pid
SlurmdPidFile=%[1]s/slurmd.pid
SlurmctldLogFile=%[1]s/slurmctld.log
SlurmdLogFile=%[1]s/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
MpiDefault=none
ReturnToService=2
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=1,sched_min_interval=100000,bf_interval=1
NodeName=localhost NodeAddr=127.0.0.1 CPUs=16 RealMemory=8000 State=UNKNOWN
PartitionName=all Nodes=localhost Default=YES MaxTime=INFINITE State=UP
`

// cluster is a Slurm that stops with its test.
type cluster struct{ daemons }

// startSlurm starts munge, slurmctld and slurmd.
func startSlurm(t *testing.T) *cluster {
	t.Helper()
	dir := t.TempDir()
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	c := &cluster{daemons{t, dir, append(os.Environ(), "SLURM_CONF="+dir+"/slurm.conf", "PATH="+os.Getenv("PATH")+":/usr/sbin")}}
	for _, folder := range []string{"state", "spool"} {
		if err := os.Mkdir(filepath.Join(dir, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	c.write("munge.key", strings.Repeat("a key of 32 bytes or more is ok. ", 4), 0o400)
	c.write("slurm.conf", fmt.Sprintf(slurmConf, dir, me.Username, freePort(t), freePort(t)), 0o644)
	c.start("/usr/sbin/munged", "--foreground", "--force", "--key-file="+dir+"/munge.key", "--socket="+dir+"/munge.socket",
		"--pid-file="+dir+"/munge.pid", "--log-file="+dir+"/munge.log", "--seed-file="+dir+"/munge.seed")
	until(t, "munge answers", func() bool { _, err := os.Stat(dir + "/munge.socket"); return err == nil })
	c.start("/usr/sbin/slurmctld", "-D", "-c")
	c.start("/usr/sbin/slurmd", "-D")
	until(t, "the node is idle", func() bool { return strings.HasPrefix(c.output("sinfo", "-h", "-o", "%T"), "idle") })
	return c
}

// output returns what a command prints; nothing if it fails.
func (c *cluster) output(name string, args ...string) string {
	cmd := exec.Command(name, args...)
	cmd.Env, cmd.Dir = c.env, c.dir
	text, _ := cmd.Output() // whoever asks looks at the text
	return strings.TrimSpace(string(text))
}

// submit runs a script that deploy has printed, and returns the ids of its two jobs.
func (c *cluster) submit(script string) (tasks, commit string) {
	c.t.Helper()
	cmd := exec.Command("bash")
	var stderr bytes.Buffer
	cmd.Env, cmd.Dir, cmd.Stdin, cmd.Stderr = c.env, c.dir, strings.NewReader(script), &stderr
	text, err := cmd.Output()
	tasks, commit, ok := strings.Cut(strings.TrimSpace(string(text)), " ")
	if err != nil || !ok {
		c.t.Fatalf("submit: %v: %s%s", err, text, stderr.String())
	}
	return tasks, commit
}

// state returns the state of a job that has ended, or an empty text.
func (c *cluster) state(id string) string {
	state := field(c.output("scontrol", "-o", "show", "job", id), "JobState")
	if state == "PENDING" || state == "RUNNING" || state == "COMPLETING" || state == "CONFIGURING" {
		return ""
	}
	return state
}

// field returns the value of a field of scontrol's output.
func field(text, name string) string {
	for word := range strings.FieldsSeq(text) {
		if value, ok := strings.CutPrefix(word, name+"="); ok {
			return value
		}
	}
	return ""
}

// TestSlurm runs what deploy prints for Slurm.
func TestSlurm(t *testing.T) {
	needs(t, "slurm")
	b := newTool(t)
	c := startSlurm(t)
	reports, err := filepath.Abs(filepath.Join(root, "testdata", "reports"))
	if err != nil {
		t.Fatal(err)
	}
	deploy := func(name, source, program string, args ...string) string {
		plan := filepath.Join(c.dir, name+"-plan.json")
		b.run("plan", "--quiet", "--task-size", "64", "--out", plan, source, filepath.Join(c.dir, name))
		return b.run(append([]string{"deploy", "--quiet", "--engine", "slurm", "--name", name, "--plan", plan, "--program", program, "--memory", "64MiB", "--cpus", "1"}, args...)...)
	}

	t.Run("killed and requeued", func(t *testing.T) {
		b.run("convert", "--quiet", "--task-size", "64", filepath.Join(reports, "several"), filepath.Join(c.dir, "want"))
		// The first process of element 2 is killed.
		program := c.write("killed.sh", `#!/bin/bash
if [ "$1" = task ] && [ "$SLURM_ARRAY_TASK_ID" = 2 ] && [ "${SLURM_RESTART_COUNT:-0}" = 0 ]; then
	`+b.path+` "$@" &
	kill -9 $!
	wait $!
	code=$?
	echo "killed, exit code $code"
	exit $code
fi
exec `+b.path+` "$@"
`, 0o755)
		tasks, commit := c.submit(deploy("killed", filepath.Join(reports, "several"), program))
		until(t, "the commit has ended", func() bool { return c.state(commit) != "" })
		if got := c.state(commit); got != "COMPLETED" {
			t.Errorf("the commit is %s", got)
		}
		log, _ := os.ReadFile(filepath.Join(c.dir, "killed-"+tasks+"_2.log"))
		if !strings.Contains(string(log), "killed, exit code 137") || !strings.Contains(string(log), `"tasks":1,"unchanged":0`) {
			t.Errorf("element 2 logs %s", log)
		}
		same(t, disk.Store{}, filepath.Join(c.dir, "killed"), filepath.Join(c.dir, "want"))
	})
	t.Run("failed for good", func(t *testing.T) {
		tasks, commit := c.submit(deploy("broken", filepath.Join(reports, "broken", "too-few-columns"), b.path, "--retries", "1"))
		until(t, "the commit is cancelled", func() bool { return c.state(commit) != "" })
		if got := c.state(commit); got != "CANCELLED" {
			t.Errorf("the commit is %s", got)
		}
		log, _ := os.ReadFile(filepath.Join(c.dir, "broken-"+tasks+"_0.log"))
		if n := strings.Count(string(log), "6 columns instead of 7"); n < 2 {
			t.Errorf("it was run once: %s", log)
		}
		if committed(files(t, disk.Store{}, filepath.Join(c.dir, "broken"))) {
			t.Error("it was committed")
		}
	})
	t.Run("1,000 tasks", func(t *testing.T) {
		source := filepath.Join(c.dir, "thousand")
		if text, err := exec.Command("go", "run", root+"/testdata/bench/gen", "-out", source, "-mix", "mixed", "-seed", "1", "-rows", "2000", "-files", "1000").CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		b.run("convert", "--quiet", "--task-size", "64", source, filepath.Join(c.dir, "thousand-want"))
		begin := time.Now()
		tasks, commit := c.submit(deploy("thousand-table", source, b.path, "--parallelism", "1000"))
		if size := field(c.output("scontrol", "-o", "show", "job", tasks), "ArrayTaskId"); size == "" {
			t.Error("it is no array")
		}
		until(t, "the commit has ended", func() bool { return c.state(commit) != "" })
		if got := c.state(commit); got != "COMPLETED" {
			t.Errorf("the commit is %s", got)
		}
		t.Log("1,000 tasks took " + strconv.Itoa(int(time.Since(begin).Seconds())) + " s")
		same(t, disk.Store{}, filepath.Join(c.dir, "thousand-table"), filepath.Join(c.dir, "thousand-want"))
	})
}
