package engines

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// podRunner stands for a kubelet: it runs the container of each pod of the node local as
// a process of this machine, three at a time beside those that wait for them.
type podRunner struct {
	*controlPlane
	program string
	kill    map[string]bool // pods whose process is killed, by Job and index; each once
	slots   chan struct{}

	mu   sync.Mutex
	runs []string // Job, index and exit code of each process
}

// serve runs pods until stop is closed.
func (r *podRunner) serve(stop chan struct{}) {
	seen := map[string]bool{}
	var wg sync.WaitGroup
	defer wg.Wait()
	for {
		select {
		case <-stop:
			return
		case <-time.After(100 * time.Millisecond):
		}
		code, data := r.try("GET", podsPath, "", "")
		var list struct{ Items []pod }
		if json.Unmarshal(data, &list) != nil || code != http.StatusOK {
			continue
		}
		for _, p := range list.Items {
			if p.Metadata.DeletionTimestamp == "" && !seen[p.Metadata.UID] && p.Status.Phase == "Pending" {
				seen[p.Metadata.UID] = true
				wg.Go(func() { r.run(&p, stop) })
			}
		}
	}
}

// run runs a pod.
func (r *podRunner) run(p *pod, stop chan struct{}) {
	job, container := p.Metadata.Labels["job-name"], p.Spec.Containers[0]
	if p.index() != "" {
		r.slots <- struct{}{}
		defer func() { <-r.slots }()
	}
	cmd := exec.Command(r.program, container.Args...)
	for _, e := range container.Env {
		value := e.Value
		if field := e.ValueFrom.FieldRef.FieldPath; field != "" {
			if field != "metadata.labels['batch.kubernetes.io/job-completion-index']" && field != "metadata.annotations['batch.kubernetes.io/job-completion-index']" {
				r.t.Errorf("unexpected variable %s of %s", e.Name, field)
			}
			value = p.index()
		}
		cmd.Env = append(cmd.Env, e.Name+"="+value)
	}
	r.status(p, "Running", `{"running": {}}`)
	if err := cmd.Start(); err != nil {
		r.t.Error(err)
		return
	}
	ended := make(chan struct{})
	defer close(ended)
	r.mu.Lock()
	if name := job + "/" + p.index(); r.kill[name] {
		delete(r.kill, name)
		_ = cmd.Process.Kill() // the exit code tells
	}
	r.mu.Unlock()
	go func() {
		for {
			select {
			case <-ended:
				return
			case <-stop:
				_ = cmd.Process.Kill() // the test is over
				return
			case <-time.After(200 * time.Millisecond):
			}
			// A pod that is deleted is killed, and gone.
			code, data := r.try("GET", podsPath+"/"+p.Metadata.Name, "", "")
			var now pod
			if code == http.StatusNotFound || json.Unmarshal(data, &now) == nil && now.Metadata.DeletionTimestamp != "" {
				_ = cmd.Process.Kill()
				return
			}
		}
	}()
	_ = cmd.Wait() // the exit code tells
	code := cmd.ProcessState.ExitCode()
	phase, reason := "Succeeded", "Completed"
	if code < 0 {
		code = 137
	}
	if code != 0 {
		phase, reason = "Failed", "Error"
	}
	r.mu.Lock()
	r.runs = append(r.runs, fmt.Sprintf("%s/%s %d", job, p.index(), code))
	r.mu.Unlock()
	r.status(p, phase, fmt.Sprintf(`{"terminated": {"exitCode": %d, "reason": %q}}`, code, reason))
	// What a kubelet does to a pod that is deleted, when its containers have ended.
	var now pod
	if code, data := r.try("GET", podsPath+"/"+p.Metadata.Name, "", ""); code == http.StatusOK && json.Unmarshal(data, &now) == nil && now.Metadata.DeletionTimestamp != "" {
		r.try("DELETE", podsPath+"/"+p.Metadata.Name, "application/json", `{"gracePeriodSeconds": 0}`)
	}
}

// status writes the status of a pod.
func (r *podRunner) status(p *pod, phase, state string) {
	body := fmt.Sprintf(`{"status": {"phase": %q, "containerStatuses": [{"name": %q, "image": %q, "imageID": "", "ready": false, "restartCount": 0, "state": %s}]}}`,
		phase, p.Spec.Containers[0].Name, p.Spec.Containers[0].Image, state)
	if code, data := r.try("PATCH", podsPath+"/"+p.Metadata.Name+"/status", "application/merge-patch+json", body); code != http.StatusOK && code != http.StatusNotFound && code != 0 {
		r.t.Errorf("status of %s: %d %s", p.Metadata.Name, code, indent(data))
	}
}

// count returns how many processes of a Job ended with a code.
func (r *podRunner) count(job string, code int) (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, run := range r.runs {
		if strings.HasPrefix(run, job+"/") && strings.HasSuffix(run, fmt.Sprint(" ", code)) {
			n++
		}
	}
	return n
}

// TestJobs applies what deploy prints for Kubernetes to a real API server, and lets the
// real controller of Jobs run it; containers are processes.
func TestJobs(t *testing.T) {
	needs(t, "jobs")
	server, store := startS3(t)
	folder := "s3://" + server.Bucket
	copyFiles(t, store, root+"/testdata/reports/several", folder+"/several")
	copyFiles(t, store, root+"/testdata/reports/broken/too-few-columns", folder+"/broken")
	b := newTool(t)
	c := startControlPlane(t)
	r := &podRunner{controlPlane: c, program: b.path, kill: map[string]bool{"killed-tasks/2": true}, slots: make(chan struct{}, 3)}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() { defer close(stopped); r.serve(stop) }()
	defer func() { close(stop); <-stopped }()

	manifest := func(name, source string, args ...string) string {
		plan := folder + "/" + name + "-plan.json"
		b.run("plan", "--quiet", "--task-size", "64", "--out", plan, folder+"/"+source, folder+"/"+name)
		return c.manifest(b, name, plan, server.Env(), append([]string{"--image", "localhost/batchreport:test"}, args...)...)
	}
	ends := func(t *testing.T, job, want string) {
		t.Helper()
		until(t, job+" has ended", func() bool { return c.end(job) != "" })
		if got := c.end(job); got != want {
			t.Errorf("%s is %s, want %s", job, got, want)
		}
	}

	t.Run("misspelt", func(t *testing.T) {
		text := manifest("misspelt", "several")
		for _, word := range []string{"completions", "backoffLimitPerIndex", "onExitCodes", "readOnlyRootFilesystem", "activeDeadlineSeconds", "claimName"} {
			if !strings.Contains(text, word) {
				continue
			}
			if err := c.apply(strings.Replace(text, word+":", word+"s:", 1)); err == nil || !strings.Contains(err.Error(), "unknown field") {
				t.Errorf("%s was taken: %v", word, err)
			}
		}
	})
	t.Run("killed", func(t *testing.T) {
		b.run("convert", "--quiet", "--task-size", "64", folder+"/several", folder+"/want")
		if err := c.apply(manifest("killed", "several")); err != nil {
			t.Fatal(err)
		}
		ends(t, "killed-tasks", "Complete")
		ends(t, "killed-commit", "Complete")
		if r.count("killed-tasks", 137) != 1 || r.count("killed-tasks", 0) != 4 {
			t.Errorf("it ran %q", r.runs)
		}
		same(t, store, folder+"/killed", folder+"/want")
	})
	t.Run("deleted", func(t *testing.T) {
		// The pod of the commit waits for a share that nobody has run yet.
		text := manifest("deleted", "several")
		tasks, commit, _ := strings.Cut(text, "\n---\n")
		if err := c.apply(commit); err != nil {
			t.Fatal(err)
		}
		var first string
		until(t, "the commit waits", func() bool {
			pods := c.pods("deleted-commit")
			if len(pods) == 1 && pods[0].Status.Phase == "Running" {
				first = pods[0].Metadata.Name
			}
			return first != ""
		})
		if code, _ := c.try("DELETE", podsPath+"/"+first, "", ""); code != http.StatusOK && code != http.StatusAccepted {
			t.Errorf("delete the pod: %d", code)
		}
		if err := c.apply(tasks); err != nil {
			t.Fatal(err)
		}
		ends(t, "deleted-commit", "Complete")
		if r.count("deleted-commit", 0) != 1 || len(c.pods("deleted-commit")) == 0 || c.pods("deleted-commit")[0].Metadata.Name == first {
			t.Errorf("it ran %q", r.runs)
		}
		same(t, store, folder+"/deleted", folder+"/want")
	})
	t.Run("usage", func(t *testing.T) {
		if err := c.apply(strings.Replace(manifest("usage", "several"), `"--of"`, `"--fo"`, 1)); err != nil {
			t.Fatal(err)
		}
		ends(t, "usage-tasks", "Failed PodFailurePolicy")
		if code, _ := c.try("DELETE", jobsPath+"/usage-commit?propagationPolicy=Background", "", ""); code != http.StatusOK {
			t.Errorf("delete the commit: %d", code)
		}
		if committed(files(t, store, folder+"/usage")) {
			t.Error("it was committed")
		}
	})
	t.Run("broken", func(t *testing.T) {
		if err := c.apply(manifest("broken-table", "broken", "--retries", "1", "--array-size", "2")); err != nil {
			t.Fatal(err)
		}
		ends(t, "broken-table-tasks", "Failed MaxFailedIndexesExceeded")
		if n := r.count("broken-table-tasks", 1); n != 2 {
			t.Errorf("%d attempts failed, want 2: %q", n, r.runs)
		}
	})
	t.Run("threshold", func(t *testing.T) {
		if err := c.apply(manifest("threshold", "several", "--fail-on", "failed>0")); err != nil {
			t.Fatal(err)
		}
		ends(t, "threshold-commit", "Failed PodFailurePolicy")
		if r.count("threshold-commit", 4) != 1 || !committed(files(t, store, folder+"/threshold")) {
			t.Errorf("it ran %q", r.runs)
		}
	})
}
