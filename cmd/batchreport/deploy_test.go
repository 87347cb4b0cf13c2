package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// deployed returns what deploy prints.
func deployed(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr strings.Builder
	if code := run(t.Context(), append([]string{"deploy"}, args...), nil, strings.NewReader(""), &stdout, &stderr); code != 0 {
		t.Fatalf("deploy %q exits %d: %s", args, code, stderr.String())
	}
	return stdout.String()
}

// TestDeployWords checks that what flags say arrives as it was said, whatever the quotes
// of the engine's language.
func TestDeployWords(t *testing.T) {
	t.Parallel()
	const hostile = `a'b"c\d$(touch x){}` + "`é`" + ` "$HOME" Ref %`
	dir := t.TempDir()
	plan, reports := filepath.Join(dir, "plan.json"), filepath.Join(dir, "reports")
	if err := os.CopyFS(reports, os.DirFS(filepath.Join("..", "..", "testdata", "reports", "several"))); err != nil {
		t.Fatal(err)
	}
	var text, stderr strings.Builder
	if code := run(t.Context(), []string{"plan", reports, filepath.Join(dir, "out")}, nil, strings.NewReader(""), &text, &stderr); code != 0 {
		t.Fatal(stderr.String())
	}
	if err := os.WriteFile(plan, []byte(text.String()), 0o666); err != nil {
		t.Fatal(err)
	}

	t.Run("slurm", func(t *testing.T) {
		t.Parallel()
		// A program that prints its arguments stands for sbatch, and another one for ours.
		bin := t.TempDir()
		for name, body := range map[string]string{
			"sbatch": "#!/bin/sh\nprintf '%s\\n' \"$@\" >>\"$LOG\"\nSLURM_ARRAY_TASK_ID=3 SLURM_RESTART_COUNT=9 bash\necho 1\n",
			hostile:  "#!/bin/sh\nprintf '%s\\n' \"$0\" \"$@\" >>\"$LOG\"\n",
		} {
			if err := os.WriteFile(filepath.Join(bin, name), []byte(body), 0o777); err != nil {
				t.Fatal(err)
			}
		}
		log := filepath.Join(bin, "log")
		cmd := exec.Command("bash")
		cmd.Env = append(os.Environ(), "LOG="+log, "PATH="+bin+":"+os.Getenv("PATH"))
		cmd.Stdin = strings.NewReader(deployed(t, "--engine", "slurm", "--plan", plan, "--program", filepath.Join(bin, hostile), "--queue", hostile, "--fail-on", "code:"+hostile+">0"))
		if output, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, output)
		}
		got, err := os.ReadFile(log)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range []string{"--partition=" + hostile, filepath.Join(bin, hostile), "code:" + hostile + ">0", plan} {
			if !strings.Contains("\n"+string(got), "\n"+line+"\n") {
				t.Errorf("no %q in\n%s", line, got)
			}
		}
	})
	t.Run("step-functions", func(t *testing.T) {
		t.Parallel()
		var machine struct {
			States map[string]struct {
				Parameters struct {
					JobQueue           string
					ContainerOverrides map[string]string
				}
			}
		}
		if err := json.Unmarshal([]byte(deployed(t, "--engine", "step-functions", "--queue", hostile, "--plans", "s3://p", "--fail-on", "code:"+hostile+">0")), &machine); err != nil {
			t.Fatal(err)
		}
		commit := machine.States["Commit"].Parameters
		quoted := `'code:a\'b"c\\d$(touch x)\{\}` + "`é`" + ` "$HOME" Ref %>0'`
		if commit.JobQueue != hostile || !strings.Contains(commit.ContainerOverrides["Command.$"], quoted) {
			t.Errorf("got %+v", commit)
		}
	})
	t.Run("kubernetes", func(t *testing.T) {
		t.Parallel()
		text := deployed(t, "--engine", "kubernetes", "--plan", plan, "--volume", "x:"+dir, "--image", hostile, "--fail-on", "code:"+hostile+">0")
		m := regexp.MustCompile(`(?m)^        args: (\["commit".*)$`).FindStringSubmatch(text)
		var args []string
		if m == nil || json.Unmarshal([]byte(m[1]), &args) != nil {
			t.Fatal("no arguments of commit")
		}
		// Kubernetes takes $( for $$(.
		if want := strings.ReplaceAll("code:"+hostile+">0", "$(", "$$("); args[len(args)-1] != want {
			t.Errorf("got %s, want %s", args[len(args)-1], want)
		}
	})
}

// TestReadmePolicy checks that the policy of the README is the one that deploy prints.
func TestReadmePolicy(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if os.IsNotExist(err) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(readme), "```json\n{\n  \"Version\": \"2012-10-17\"")
	text, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("the README has no policy")
	}
	var got, want any
	for _, v := range []struct {
		to   *any
		text string
	}{
		{&got, `{"Version": "2012-10-17"` + text},
		{&want, deployed(t, "--policy", "jobs", "s3://my-reports", "s3://my-lake/reports")},
	} {
		if err := json.Unmarshal([]byte(v.text), v.to); err != nil {
			t.Fatal(err)
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the README has %v, deploy prints %v", got, want)
	}
}
