// Command image writes an OCI image of batchreport, for several architectures, as a tar
// file. It needs no engine. The same input gives the same bytes.
//
//	image -version VERSION -date DATE -licenses FILE -out FILE ARCH=BINARY…
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/pem"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"golang.org/x/crypto/x509roots/fallback/bundle"
)

func main() {
	b := builder{}
	var date, out string
	flag.StringVar(&b.version, "version", "", "`VERSION` of the program")
	flag.StringVar(&date, "date", "", "`DATE` of all files, in RFC 3339")
	flag.StringVar(&b.licenses, "licenses", "", "`FILE` with the licenses")
	flag.StringVar(&out, "out", "", "`FILE` to write")
	flag.Parse()
	var err error
	if b.date, err = time.Parse(time.RFC3339, date); err == nil {
		err = b.write(out, flag.Args())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1)
	}
}

// builder makes images.
type builder struct {
	version, licenses string
	date              time.Time
}

// user is the one that the program runs as: nobody in particular, and not root.
const user = 65532

// write writes the images of the binaries, each given as ARCH=PATH.
func (b *builder) write(out string, binaries []string) error {
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, binary := range binaries {
		arch, path, ok := strings.Cut(binary, "=")
		if !ok {
			return fmt.Errorf("%q is no ARCH=BINARY", binary)
		}
		image, err := b.image(arch, path)
		if err != nil {
			return fmt.Errorf("make the image for %s: %w", arch, err)
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: arch}}})
	}
	folder, err := os.MkdirTemp("", "image")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	path, err := layout.Write(folder, empty.Index)
	if err != nil {
		return err
	}
	// One name for all architectures, by which the programs that load it know it.
	names := map[string]string{"org.opencontainers.image.ref.name": b.version, "io.containerd.image.name": "localhost/batchreport:" + b.version}
	if err := path.AppendIndex(index, layout.WithAnnotations(names)); err != nil {
		return err
	}
	files, err := readFolder(folder)
	if err != nil {
		return err
	}
	data, err := b.tar(files)
	if err != nil {
		return err
	}
	return os.WriteFile(out, data, 0o644)
}

// readFolder reads all that is in a folder.
func readFolder(folder string) (files []file, err error) {
	err = filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(folder, path)
		files = append(files, file{name: filepath.ToSlash(name), mode: 0o644, data: data})
		return err
	})
	return files, err
}

// image returns the image of a binary.
func (b *builder) image(arch, path string) (v1.Image, error) {
	binary, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	licenses, err := os.ReadFile(b.licenses)
	if err != nil {
		return nil, err
	}
	content, err := b.tar([]file{
		{name: "etc/group", mode: 0o644, data: fmt.Appendf(nil, "root:x:0:\nbatchreport:x:%d:\n", user)},
		{name: "etc/passwd", mode: 0o644, data: fmt.Appendf(nil, "root:x:0:0:root:/:/sbin/nologin\nbatchreport:x:%d:%[1]d:batchreport:/:/sbin/nologin\n", user)},
		{name: "etc/ssl/certs/ca-certificates.crt", mode: 0o644, data: certificates()},
		{name: "tmp/", mode: 0o1777}, // for rows that a sort has no memory for
		{name: "usr/bin/batchreport", mode: 0o755, data: binary},
		{name: "usr/share/doc/batchreport/LICENSES.txt", mode: 0o644, data: append(licenses, certificatesLicense...)},
	})
	if err != nil {
		return nil, err
	}
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }, tarball.WithMediaType(types.OCILayer), tarball.WithCompressionLevel(gzip.BestCompression))
	if err != nil {
		return nil, err
	}
	image := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	if image, err = mutate.ConfigFile(image, &v1.ConfigFile{
		OS: "linux", Architecture: arch, Created: v1.Time{Time: b.date},
		Config: v1.Config{
			User: fmt.Sprintf("%d:%[1]d", user), Entrypoint: []string{"/usr/bin/batchreport"}, Cmd: []string{"help"}, WorkingDir: "/",
			Env: []string{"PATH=/usr/bin", "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt"},
			Labels: map[string]string{
				"org.opencontainers.image.title":       "batchreport",
				"org.opencontainers.image.description": "turns Amazon S3 Batch Operations completion reports into tables",
				"org.opencontainers.image.version":     b.version,
				"org.opencontainers.image.created":     b.date.Format(time.RFC3339),
			},
		},
	}); err != nil {
		return nil, err
	}
	return mutate.Append(image, mutate.Addendum{Layer: layer, History: v1.History{Created: v1.Time{Time: b.date}, CreatedBy: "batchreport " + b.version}})
}

// certificatesLicense says under which license the certificates are.
const certificatesLicense = `
==============================================================================
The list of CA certificates in /etc/ssl/certs/ca-certificates.crt is Mozilla's, under the
Mozilla Public License 2.0, https://www.mozilla.org/MPL/2.0/
`

// certificates returns the certificates of the authorities that Mozilla trusts.
func certificates() []byte {
	var b bytes.Buffer
	for root := range bundle.Roots() {
		if root.Constraint == nil { // a file cannot say what it holds for
			_ = pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate}) // a buffer takes all
		}
	}
	return b.Bytes()
}
