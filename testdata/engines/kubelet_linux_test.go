package engines

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

const containerdConf = `version = 2
root = "%[1]s/root"
state = "%[1]s/state"
[grpc]
  address = "%[1]s/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/pause:test"
  disable_apparmor = true
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "native"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
`

const kubeletConf = `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}
authorization: {mode: AlwaysAllow}
address: 127.0.0.1
port: %[2]d
readOnlyPort: 0
healthzPort: 0
failSwapOn: false
failCgroupV1: false
cgroupDriver: cgroupfs
cgroupsPerQOS: false
enforceNodeAllocatable: []
containerRuntimeEndpoint: unix://%[1]s/containerd.sock
imageServiceEndpoint: unix://%[1]s/containerd.sock
podLogsDir: %[1]s/logs
resolvConf: ""
maxPods: 50
evictionHard: {memory.available: 1Mi, nodefs.available: 1Mi, imagefs.available: 1Mi}
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
`

// node is a machine of a cluster: containerd and a kubelet, which stop with the test.
type node struct {
	*controlPlane
	containerd daemons
}

// startNode makes this machine the node local.
func startNode(t *testing.T, c *controlPlane, program string) *node {
	t.Helper()
	if os.Getuid() != 0 {
		t.Fatal("containers need root")
	}
	n := &node{c, daemons{t: t, dir: t.TempDir(), env: os.Environ()}}
	dir := n.containerd.dir
	t.Cleanup(n.cleanUp)
	n.containerd.start("containerd", "--config", n.containerd.write("containerd.toml", fmt.Sprintf(containerdConf, dir), 0o644))
	until(t, "containerd answers", func() bool { return exec.Command("ctr", "-a", dir+"/containerd.sock", "version").Run() == nil })
	if _, err := build(".", dir, "./pause"); err != nil {
		t.Fatal(err)
	}
	n.ctr("images", "import", n.image("localhost/pause:test", dir+"/pause"))
	// The image is the one of make image, by its tool.
	licenses := n.containerd.write("LICENSES.txt", "of no use here\n", 0o644)
	image := dir + "/image.tar"
	if text, err := exec.Command(goTool(t, "image", "image"), "-version", "test", "-date", "2026-01-01T00:00:00Z", "-licenses", licenses, "-out", image, "amd64="+program).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	before := n.images()
	n.ctr("images", "import", "--base-name", "localhost/batchreport", image)
	for _, name := range n.images() {
		if !slices.Contains(before, name) && name != "localhost/batchreport:test" {
			n.ctr("images", "tag", "--force", name, "localhost/batchreport:test")
			break
		}
	}
	n.containerd.start(goTool(t, "kubernetes", "kubelet"), "--config="+n.containerd.write("kubelet.yaml", fmt.Sprintf(kubeletConf, dir, freePort(t)), 0o644),
		"--kubeconfig="+c.kubeconfig, "--hostname-override=local", "--root-dir="+dir+"/kubelet", "--cert-dir="+dir+"/certs")
	until(t, "there is a node", func() bool { code, _ := c.try("GET", "/api/v1/nodes/local", "", ""); return code == http.StatusOK })
	return n
}

// ctr runs a command of containerd's client.
func (n *node) ctr(args ...string) string {
	n.t.Helper()
	text, err := exec.Command("ctr", append([]string{"-a", n.containerd.dir + "/containerd.sock", "-n", "k8s.io"}, args...)...).CombinedOutput()
	if err != nil {
		n.t.Fatalf("ctr %q: %v: %s", args, err, text)
	}
	return string(text)
}

// images returns the names of the images there.
func (n *node) images() []string {
	return strings.Fields(n.ctr("images", "ls", "-q"))
}

// image writes an image of one program, and returns its file.
func (n *node) image(name, program string) string {
	n.t.Helper()
	data, err := os.ReadFile(program)
	if err != nil {
		n.t.Fatal(err)
	}
	archive := func(files ...[2]string) string {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		for _, f := range files {
			if err := w.WriteHeader(&tar.Header{Name: f[0], Mode: 0o755, Size: int64(len(f[1]))}); err != nil {
				n.t.Fatal(err)
			}
			if _, err := w.Write([]byte(f[1])); err != nil {
				n.t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			n.t.Fatal(err)
		}
		return b.String()
	}
	entry := filepath.Base(program)
	layer := archive([2]string{entry, string(data)})
	config := fmt.Sprintf(`{"architecture": "amd64", "os": "linux", "config": {"Entrypoint": ["/%s"]}, "rootfs": {"type": "layers", "diff_ids": ["sha256:%x"]}}`, entry, sha256.Sum256([]byte(layer)))
	manifest, err := json.Marshal([]map[string]any{{"Config": "config.json", "RepoTags": []string{name}, "Layers": []string{"layer.tar"}}})
	if err != nil {
		n.t.Fatal(err)
	}
	return n.containerd.write(entry+".tar", archive([2]string{"config.json", config}, [2]string{"layer.tar", layer}, [2]string{"manifest.json", string(manifest)}), 0o644)
}

// cleanUp ends what containerd and the kubelet leave behind when they end: the shims, and
// with them the containers, and what is mounted.
func (n *node) cleanUp() {
	dir := n.containerd.dir
	for _, process := range processes() {
		if strings.Contains(process.command, "containerd-shim") && strings.Contains(process.command, dir) {
			for _, child := range processes() {
				if child.parent == process.id {
					_ = syscall.Kill(child.id, syscall.SIGKILL)
				}
			}
			_ = syscall.Kill(process.id, syscall.SIGKILL)
		}
	}
	mounts, _ := os.ReadFile("/proc/mounts")
	lines := strings.Split(string(mounts), "\n")
	slices.Reverse(lines)
	for _, line := range lines {
		if fields := strings.Fields(line); len(fields) > 1 && strings.HasPrefix(fields[1], dir+"/") {
			_ = syscall.Unmount(fields[1], syscall.MNT_DETACH)
		}
	}
}

// process is a process of this machine.
type process struct {
	id, parent int
	command    string // its arguments, each behind a NUL
}

// processes returns all processes.
func processes() []process {
	folders, _ := filepath.Glob("/proc/[0-9]*")
	var all []process
	for _, folder := range folders {
		id, _ := strconv.Atoi(filepath.Base(folder))
		command, err := os.ReadFile(folder + "/cmdline")
		stat, _ := os.ReadFile(folder + "/stat")
		_, rest, ok := strings.Cut(string(stat), ") ")
		if err != nil || !ok {
			continue
		}
		parent, _ := strconv.Atoi(strings.Fields(rest)[1])
		all = append(all, process{id, parent, string(command)})
	}
	return all
}

// killShare kills the process that runs a share of a plan as soon as there is one.
func killShare(t *testing.T, plan, index string) {
	t.Helper()
	untilEvery(t, 5*time.Millisecond, "share "+index+" is run", func() bool {
		for _, p := range processes() {
			if !strings.Contains(p.command, "batchreport\x00task\x00") || !strings.Contains(p.command, plan) {
				continue
			}
			env, _ := os.ReadFile(fmt.Sprintf("/proc/%d/environ", p.id))
			if strings.Contains(string(env), "JOB_COMPLETION_INDEX="+index+"\x00") && syscall.Kill(p.id, syscall.SIGKILL) == nil {
				return true
			}
		}
		return false
	})
}

// TestKubernetes runs what deploy prints for Kubernetes on a whole one, with the image of
// make image, S3 to S3.
func TestKubernetes(t *testing.T) {
	needs(t, "kubernetes")
	server, store := startS3(t)
	folder := "s3://" + server.Bucket
	reports := t.TempDir()
	if text, err := exec.Command("go", "run", root+"/testdata/bench/gen", "-out", reports, "-mix", "mixed", "-seed", "1", "-rows", "470000", "-files", "8").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	copyFiles(t, store, reports, folder+"/large")
	b := newTool(t)
	c := startControlPlane(t)
	startNode(t, c, b.path)

	plan := func(name string) string { return folder + "/" + name + "-plan.json" }
	manifest := func(name string, args ...string) string {
		b.run("plan", "--quiet", "--task-size", "25MB", "--out", plan(name), folder+"/large", folder+"/"+name)
		text := c.manifest(b, name, plan(name), server.Env(), append([]string{"--image", "localhost/batchreport:test", "--parallelism", "3", "--cpus", "1"}, args...)...)
		// There is no scheduler that would let a pod wait until a core is free.
		return strings.ReplaceAll(text, `cpu: "1"`, `cpu: 100m`)
	}
	ends := func(t *testing.T, job, want string) {
		t.Helper()
		until(t, job+" has ended", func() bool { return c.end(job) != "" })
		if got := c.end(job); got != want {
			t.Errorf("%s is %s, want %s", job, got, want)
		}
	}
	// ended returns how the containers of a Job ended, sorted.
	ended := func(job string) (codes []string) {
		for _, p := range c.pods(job) {
			for _, s := range p.Status.ContainerStatuses {
				if s.State.Terminated != nil {
					codes = append(codes, fmt.Sprintf("%d %s", s.State.Terminated.ExitCode, s.State.Terminated.Reason))
				}
			}
		}
		slices.Sort(codes)
		return codes
	}

	t.Run("killed", func(t *testing.T) {
		b.run("convert", "--quiet", "--task-size", "25MB", folder+"/large", folder+"/want")
		if err := c.apply(manifest("killed")); err != nil {
			t.Fatal(err)
		}
		killShare(t, plan("killed"), "2")
		ends(t, "killed-tasks", "Complete")
		ends(t, "killed-commit", "Complete")
		codes := ended("killed-tasks")
		if n := len(codes); n < 9 || !strings.HasPrefix(codes[n-1], "137 ") || codes[n-2] != "0 Completed" {
			t.Errorf("pods ended with %q", codes)
		}
		same(t, store, folder+"/killed", folder+"/want")
	})
	t.Run("out of memory", func(t *testing.T) {
		if err := c.apply(manifest("memory", "--memory", "16MiB", "--retries", "1")); err != nil {
			t.Fatal(err)
		}
		ends(t, "memory-tasks", "Failed MaxFailedIndexesExceeded")
		if codes := ended("memory-tasks"); !slices.Contains(codes, "137 OOMKilled") {
			t.Errorf("pods ended with %q", codes)
		}
		if committed(files(t, store, folder+"/memory")) {
			t.Error("it was committed")
		}
		// More memory, and the same plan: the next Jobs go on.
		for _, name := range []string{"memory-tasks", "memory-commit"} {
			c.try("DELETE", jobsPath+"/"+name+"?propagationPolicy=Background", "", "")
			until(t, name+" is gone", func() bool {
				code, _ := c.try("GET", jobsPath+"/"+name, "", "")
				return code == http.StatusNotFound
			})
		}
		if err := c.apply(strings.ReplaceAll(manifest("memory"), "name: memory-", "name: memory-more-")); err != nil {
			t.Fatal(err)
		}
		ends(t, "memory-more-commit", "Complete")
		same(t, store, folder+"/memory", folder+"/want")
	})
	t.Run("usage", func(t *testing.T) {
		if err := c.apply(strings.Replace(manifest("usage"), `"--of"`, `"--fo"`, 1)); err != nil {
			t.Fatal(err)
		}
		ends(t, "usage-tasks", "Failed PodFailurePolicy")
		c.try("DELETE", jobsPath+"/usage-commit?propagationPolicy=Background", "", "")
	})
	t.Run("deleted", func(t *testing.T) {
		if err := c.apply(manifest("deleted")); err != nil {
			t.Fatal(err)
		}
		var gone string
		until(t, "a pod runs", func() bool {
			for _, p := range c.pods("deleted-tasks") {
				if p.Status.Phase == "Running" {
					gone = p.Metadata.Name
				}
			}
			return gone != ""
		})
		c.try("DELETE", podsPath+"/"+gone, "", "")
		ends(t, "deleted-commit", "Complete")
		same(t, store, folder+"/deleted", folder+"/want")
	})
}
