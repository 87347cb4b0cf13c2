package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

var image = flag.String("image", "", "`FILE` that make image has written")

// TestImage unpacks the image of every architecture, checks what is in it, and runs that of
// this machine as a runtime would: in its own root, and as its user.
func TestImage(t *testing.T) {
	if *image == "" {
		t.Skip("-image names none; make dist-check does")
	}
	blobs := readTar(t, open(t, *image))
	var outer, index v1.IndexManifest
	parse(t, blobs["index.json"], &outer)
	parse(t, blob(t, blobs, outer.Manifests[0].Digest), &index)
	if len(outer.Manifests) != 1 || len(index.Manifests) == 0 {
		t.Fatalf("%d indexes, %d images", len(outer.Manifests), len(index.Manifests))
	}
	for _, m := range index.Manifests {
		t.Run(m.Platform.Architecture, func(t *testing.T) {
			var manifest v1.Manifest
			parse(t, blob(t, blobs, m.Digest), &manifest)
			var config v1.ConfigFile
			parse(t, blob(t, blobs, manifest.Config.Digest), &config)
			if config.Architecture != m.Platform.Architecture || config.Config.User != "65532:65532" || len(manifest.Layers) != 1 {
				t.Errorf("of %s, runs as %q, %d layers", config.Architecture, config.Config.User, len(manifest.Layers))
			}
			packed := blob(t, blobs, manifest.Layers[0].Digest)
			t.Logf("%d bytes as it is fetched", len(packed))
			z, err := gzip.NewReader(bytes.NewReader(packed))
			if err != nil {
				t.Fatal(err)
			}
			root := t.TempDir()
			if err := os.Chmod(root, 0o755); err != nil { // for the user of the image
				t.Fatal(err)
			}
			unpack(t, root, z)
			certificates, err := os.ReadFile(filepath.Join(root, "etc/ssl/certs/ca-certificates.crt"))
			if err != nil || !x509.NewCertPool().AppendCertsFromPEM(certificates) {
				t.Errorf("no certificates: %v", err)
			}
			if strings.Count(string(certificates), "BEGIN CERTIFICATE") < 100 {
				t.Error("certificates are missing")
			}
			runIn(t, root, &config)
		})
	}
}

// runIn converts rows in the root.
func runIn(t *testing.T, root string, config *v1.ConfigFile) {
	t.Helper()
	command := append(config.Config.Entrypoint, "convert", "--columns", "key,error_code", "-", "/tmp/table")
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir, cmd.Env = "/", config.Config.Env
	const user = 65532
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root}
	if os.Getuid() == 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: user, Gid: user}
	} else {
		cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: user, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: user, HostID: os.Getgid(), Size: 1}}
	}
	if config.Architecture != "amd64" {
		// Not in its root, where the emulator is not.
		cmd = exec.Command("qemu-aarch64", append([]string{filepath.Join(root, command[0])}, append(command[1:len(command)-1], filepath.Join(root, "tmp", "table"))...)...)
	}
	cmd.Stdin = strings.NewReader("bucket,key,,failed,403,AccessDenied,Access Denied\r\n")
	text, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(text), "wrote 1 row to 1 file") {
		t.Errorf("%v: %s", err, text)
	}
	records, err := filepath.Glob(filepath.Join(root, "tmp/table/_batchreport/*/commit.json"))
	if len(records) != 1 {
		t.Errorf("%d commit records, %v", len(records), err)
	}
}

func open(t *testing.T, name string) io.Reader {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func parse(t *testing.T, data []byte, to any) {
	t.Helper()
	if err := json.Unmarshal(data, to); err != nil {
		t.Fatal(err)
	}
}

// blob returns what has the digest.
func blob(t *testing.T, blobs map[string][]byte, digest v1.Hash) []byte {
	t.Helper()
	data := blobs["blobs/"+digest.Algorithm+"/"+digest.Hex]
	if fmt.Sprintf("%x", sha256.Sum256(data)) != digest.Hex {
		t.Fatalf("%s is missing or damaged", digest)
	}
	return data
}

// readTar returns the files of an archive.
func readTar(t *testing.T, r io.Reader) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	each(t, r, func(h *tar.Header, data []byte) error {
		files[h.Name] = data
		return nil
	})
	return files
}

// unpack writes the files of an archive into a folder.
func unpack(t *testing.T, root string, r io.Reader) {
	t.Helper()
	each(t, r, func(h *tar.Header, data []byte) error {
		path, mode := filepath.Join(root, h.Name), h.FileInfo().Mode()
		if mode.IsDir() {
			return errors.Join(os.Mkdir(path, 0o755), os.Chmod(path, mode))
		}
		return errors.Join(os.WriteFile(path, data, 0o600), os.Chmod(path, mode))
	})
}

func each(t *testing.T, r io.Reader, do func(*tar.Header, []byte) error) {
	t.Helper()
	for archive := tar.NewReader(r); ; {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(archive)
		if err == nil {
			err = do(h, data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
