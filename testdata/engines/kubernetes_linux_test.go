package engines

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// controlPlane is a Kubernetes without nodes: etcd, the API server, and the controller
// of Jobs. It stops with its test.
type controlPlane struct {
	daemons
	url, kubeconfig string
	client          *http.Client
}

// startControlPlane starts one.
func startControlPlane(t *testing.T) *controlPlane {
	t.Helper()
	c := &controlPlane{daemons: daemons{t: t, dir: t.TempDir()}}
	// The certificate is one that the server has made for itself just now.
	c.client = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	t.Cleanup(c.client.CloseIdleConnections)
	etcd, peers, api := freePort(t), freePort(t), freePort(t)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	accounts := c.write("accounts.pem", string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})), 0o600)
	tokens := c.write("tokens.csv", "secret,admin,admin,system:masters\n", 0o600)
	c.url = fmt.Sprint("https://127.0.0.1:", api)
	c.kubeconfig = c.write("kubeconfig", fmt.Sprintf(`{"apiVersion": "v1", "kind": "Config", "current-context": "test",
"clusters": [{"name": "test", "cluster": {"server": %q, "insecure-skip-tls-verify": true}}],
"users": [{"name": "admin", "user": {"token": "secret"}}],
"contexts": [{"name": "test", "context": {"cluster": "test", "user": "admin"}}]}`, c.url), 0o600)

	listen := func(port int) string { return fmt.Sprint("http://127.0.0.1:", port) }
	c.start(goTool(t, "kubernetes", "server"), "--data-dir=etcd", "--unsafe-no-fsync", "--log-level=error",
		"--listen-client-urls="+listen(etcd), "--advertise-client-urls="+listen(etcd),
		"--listen-peer-urls="+listen(peers), "--initial-advertise-peer-urls="+listen(peers), "--initial-cluster=default="+listen(peers))
	c.start(goTool(t, "kubernetes", "kube-apiserver"), "--etcd-servers="+listen(etcd), "--bind-address=127.0.0.1", fmt.Sprint("--secure-port=", api),
		"--cert-dir=certs", "--token-auth-file="+tokens, "--authorization-mode=AlwaysAllow", "--service-account-issuer=https://test",
		"--service-account-key-file="+accounts, "--service-account-signing-key-file="+accounts, "--disable-admission-plugins=ServiceAccount",
		"--service-cluster-ip-range=10.0.0.0/24", "--endpoint-reconciler-type=none")
	until(t, "the API server is ready", func() bool { code, _ := c.try("GET", "/readyz", "", ""); return code == http.StatusOK })
	c.start(goTool(t, "kubernetes", "kube-controller-manager"), "--kubeconfig="+c.kubeconfig, "--controllers=job-controller", "--leader-elect=false",
		"--secure-port=0", "--kube-api-qps=100", "--kube-api-burst=200")
	until(t, "there is a namespace", func() bool {
		code, _ := c.try("GET", "/api/v1/namespaces/default", "", "")
		return code == http.StatusOK
	})
	return c
}

// try sends a request and returns the status and the body of the answer; 0 for none.
func (c *controlPlane) try(method, path, contentType, body string) (int, []byte) {
	r, err := http.NewRequest(method, c.url+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer secret")
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	resp, err := c.client.Do(r)
	if err != nil {
		return 0, nil
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, nil
	}
	return resp.StatusCode, data
}

// get reads an object.
func (c *controlPlane) get(path string, to any) {
	c.t.Helper()
	code, data := c.try("GET", path, "", "")
	if err := json.Unmarshal(data, to); code != http.StatusOK || err != nil {
		c.t.Fatalf("get %s: %d %v %s", path, code, err, data)
	}
}

const jobsPath = "/apis/batch/v1/namespaces/default/jobs"

// apply creates the Jobs of a manifest, and returns the first refusal.
func (c *controlPlane) apply(manifest string) error {
	for doc := range strings.SplitSeq(manifest, "\n---\n") {
		if code, body := c.try("POST", jobsPath+"?fieldValidation=Strict", "application/yaml", doc); code != http.StatusCreated {
			return fmt.Errorf("%d: %s", code, body)
		}
	}
	return nil
}

// job is what is asked of a Job.
type job struct {
	Status struct {
		Conditions       []struct{ Type, Status, Reason, Message string }
		Succeeded        int
		CompletedIndexes string
		FailedIndexes    string
	}
}

// end returns how a Job has ended, such as Complete or "Failed PodFailurePolicy"; nothing while it has not.
func (c *controlPlane) end(name string) string {
	var j job
	c.get(jobsPath+"/"+name, &j)
	for _, condition := range j.Status.Conditions {
		switch {
		case condition.Status != "True":
		case condition.Type == "Complete":
			return condition.Type
		case condition.Type == "Failed":
			return condition.Type + " " + condition.Reason
		}
	}
	return ""
}

// pod is what is asked of a Pod.
type pod struct {
	Metadata struct {
		Name, UID, DeletionTimestamp string
		Finalizers                   []string
		Labels, Annotations          map[string]string
	}
	Spec struct {
		NodeName   string
		Containers []struct {
			Name, Image string
			Args        []string
			Env         []struct {
				Name, Value string
				ValueFrom   struct{ FieldRef struct{ FieldPath string } }
			}
		}
	}
	Status struct {
		Phase             string
		ContainerStatuses []struct {
			ContainerID string
			State       struct {
				Running    *struct{}
				Terminated *struct {
					ExitCode int
					Reason   string
				}
			}
		}
	}
}

const podsPath = "/api/v1/namespaces/default/pods"

// pods returns the pods of a Job, of all Jobs where that is empty.
func (c *controlPlane) pods(job string) []pod {
	c.t.Helper()
	path := podsPath
	if job != "" {
		path += "?labelSelector=job-name%3D" + job
	}
	var list struct{ Items []pod }
	c.get(path, &list)
	return list.Items
}

// index returns the completion index of a pod; nothing of the commit's.
func (p *pod) index() string { return p.Metadata.Labels["batch.kubernetes.io/job-completion-index"] }

// manifest returns what deploy prints for a plan, to be run on this machine: on the node
// local, by its network, and with an environment.
func (c *controlPlane) manifest(b *tool, name, plan string, env map[string]string, args ...string) string {
	c.t.Helper()
	text := b.run(append([]string{"deploy", "--quiet", "--engine", "kubernetes", "--name", name, "--plan", plan, "--service-account", "default"}, args...)...)
	var list []map[string]string
	for name, value := range env {
		list = append(list, map[string]string{"name": name, "value": value})
	}
	variables, err := json.Marshal(list)
	if err != nil {
		c.t.Fatal(err)
	}
	text = strings.ReplaceAll(text, "\n      restartPolicy: Never\n", "\n      restartPolicy: Never\n      nodeName: local\n      hostNetwork: true\n")
	return strings.ReplaceAll(text, "\n        resources:\n", "\n        imagePullPolicy: Never\n        env: "+string(variables)+"\n        resources:\n")
}

// indent shows an answer.
func indent(data []byte) string {
	var b bytes.Buffer
	if json.Indent(&b, data, "", " ") != nil {
		return string(data)
	}
	return b.String()
}
