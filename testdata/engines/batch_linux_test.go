package engines

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// batchService stands for AWS Batch: it takes the requests of the SDK and runs jobs as
// processes, tries them again by the retry strategy of the job definition, and lets a
// job wait for the one that it depends on.
type batchService struct {
	t        *testing.T
	tool     *tool
	kill     int // the index of the job of an array whose first attempt is killed
	bodies   []string
	strategy struct {
		Attempts       int
		EvaluateOnExit []struct{ OnExitCode, OnReason, Action string }
	}
	failed map[string]bool // jobs, by id
	runs   []string        // command, index and exit code of each attempt
}

// submission is what a job is submitted with.
type submission struct {
	JobName            string
	ArrayProperties    struct{ Size int }
	ContainerOverrides struct{ Command []string }
	DependsOn          []struct{ JobID string }
}

func (s *batchService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		s.t.Error(err)
	}
	s.bodies = append(s.bodies, string(body))
	id := fmt.Sprint("job-", len(s.bodies))
	switch r.URL.Path {
	case "/v1/registerjobdefinition":
		var definition struct{ RetryStrategy any }
		if json.Unmarshal(body, &definition) == nil {
			strategy, _ := json.Marshal(definition.RetryStrategy)
			err = json.Unmarshal(strategy, &s.strategy)
		}
		fmt.Fprint(w, `{"jobDefinitionArn":"arn","jobDefinitionName":"n","revision":1}`)
	case "/v1/submitjob":
		var job submission
		if err = json.Unmarshal(body, &job); err == nil {
			s.failed[id] = !s.run(&job)
		}
		fmt.Fprintf(w, `{"jobId":%q,"jobName":"n"}`, id)
	default:
		s.t.Errorf("unexpected request %s", r.URL.Path)
	}
	if err != nil {
		s.t.Error(err)
	}
}

// run runs a job, and reports whether all of it ended well.
func (s *batchService) run(job *submission) bool {
	for _, on := range job.DependsOn {
		if s.failed[on.JobID] {
			return false
		}
	}
	if job.ArrayProperties.Size == 0 {
		return s.attempts(job, 0, nil)
	}
	well := true
	for i := range job.ArrayProperties.Size {
		array := []string{fmt.Sprint("AWS_BATCH_JOB_ARRAY_INDEX=", i), fmt.Sprint("AWS_BATCH_JOB_ARRAY_SIZE=", job.ArrayProperties.Size)}
		well = s.attempts(job, i, array) && well
	}
	return well
}

func (s *batchService) attempts(job *submission, index int, env []string) bool {
	for attempt := 1; ; attempt++ {
		command := job.ContainerOverrides.Command
		cmd := exec.Command(s.tool.path, command...)
		cmd.Env = append(s.tool.env, env...)
		err := cmd.Start()
		if err == nil && env != nil && index == s.kill && attempt == 1 {
			err = cmd.Process.Signal(syscall.SIGKILL)
		}
		if err != nil {
			s.t.Error(err)
			return false
		}
		_ = cmd.Wait() // the exit code tells
		code := cmd.ProcessState.ExitCode()
		s.runs = append(s.runs, fmt.Sprint(command[0], " ", index, " ", code))
		if code == 0 {
			return true
		}
		if attempt == s.strategy.Attempts || s.action(code) == "EXIT" {
			return false
		}
	}
}

// action returns what the retry strategy does about an exit code.
func (s *batchService) action(code int) string {
	for _, rule := range s.strategy.EvaluateOnExit {
		if rule.OnExitCode == fmt.Sprint(code) || rule.OnReason == "*" {
			return rule.Action
		}
	}
	return "RETRY"
}

// TestBatch runs what deploy prints for AWS Batch: its requests are read strictly into the
// types of the SDK, and go through its client.
func TestBatch(t *testing.T) {
	needs(t, "batch")
	server, store := startS3(t)
	folder := "s3://" + server.Bucket
	copyFiles(t, store, filepath.Join(root, "testdata", "reports"), folder+"/reports")
	b := newTool(t)
	b.run("convert", "--quiet", "--task-size", "64", folder+"/reports/several", folder+"/want")
	dir := t.TempDir()
	if _, err := build("aws", dir, "."); err != nil {
		t.Fatal(err)
	}

	// bash runs a script with the stand-in of the AWS command line.
	bash := func(t *testing.T, script string, kill int) (*batchService, error) {
		service := &batchService{t: t, tool: b, kill: kill, failed: map[string]bool{}}
		http := httptest.NewServer(service)
		defer http.Close()
		cmd := exec.Command("bash")
		cmd.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), "AWS_ENDPOINT_URL="+http.URL)
		var output bytes.Buffer
		cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(script), &output, &output
		err := cmd.Run()
		if err != nil {
			err = fmt.Errorf("%w\n%s", err, output.String())
		}
		return service, err
	}
	deploy := func(source, dest string, args ...string) string {
		b.run("plan", "--quiet", "--task-size", "64", "--out", dest+"-plan.json", source, dest)
		return b.run(append([]string{"deploy", "--quiet", "--engine", "aws-batch", "--plan", dest + "-plan.json", "--image", "i", "--role", "r", "--execution-role", "e", "--queue", "q"}, args...)...)
	}

	t.Run("table", func(t *testing.T) {
		script := deploy(folder+"/reports/several", folder+"/table", "--array-size", "3")
		service, err := bash(t, script, 1)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := strings.Join(service.runs, ", "), "task 0 0, task 1 -1, task 1 0, task 2 0, commit 0 0"; got != want {
			t.Errorf("it ran %s; want %s", got, want)
		}
		same(t, store, folder+"/table", folder+"/want")
		// The SDK sends what the script says: no name was taken for another one.
		for i, m := range regexp.MustCompile(`(?s)<<'JSON'\n(.*?)\nJSON\n`).FindAllStringSubmatch(script, -1) {
			var said, sent map[string]any
			if err := json.Unmarshal([]byte(m[1]), &said); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal([]byte(service.bodies[i]), &sent); err != nil {
				t.Fatal(err)
			}
			delete(sent, "dependsOn") // it is a flag
			if !reflect.DeepEqual(said, sent) {
				t.Errorf("sent %v; the script has %v", sent, said)
			}
		}
	})
	t.Run("usage", func(t *testing.T) {
		// Exit code 2 is not tried again, and the commit is not begun.
		script := strings.Replace(deploy(folder+"/reports/several", folder+"/usage"), `"--of"`, `"--fo"`, 1)
		service, err := bash(t, script, -1)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := strings.Join(service.runs, ", "), "task 0 2, task 1 2, task 2 2, task 3 2"; got != want {
			t.Errorf("it ran %s; want %s", got, want)
		}
	})
	t.Run("broken", func(t *testing.T) {
		service, err := bash(t, deploy(folder+"/reports/broken/too-few-columns", folder+"/broken", "--retries", "1"), -1)
		if err != nil {
			t.Fatal(err)
		}
		// The array has two jobs, and the share of the first one is empty.
		if got, want := strings.Join(service.runs, ", "), "task 0 0, task 1 1, task 1 1"; got != want {
			t.Errorf("it ran %s; want %s", got, want)
		}
		if committed(files(t, store, folder+"/broken")) {
			t.Error("it was committed")
		}
	})
	for _, wrong := range []string{"attempts", "onExitCode", "resourceRequirements", "arrayProperties", "command", "jobDefinitionName", "EXIT", "VCPU", "FARGATE"} {
		t.Run("misspelt "+wrong, func(t *testing.T) {
			script := deploy(folder+"/reports/several", folder+"/misspelt")
			misspelt := strings.Replace(script, `"`+wrong+`"`, `"x`+wrong+`"`, 1)
			if misspelt == script {
				t.Fatal("it is not there")
			}
			if _, err := bash(t, misspelt, -1); err == nil {
				t.Error("it was taken")
			}
		})
	}
}
