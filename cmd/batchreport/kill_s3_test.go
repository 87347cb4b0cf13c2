//go:build unix

package main

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"batchreport/cmd/batchreport/internal/exit"
	"batchreport/convert/storage/s3"
	"batchreport/convert/storage/storagetest"
)

// onS3 returns a place on a server of S3. It sets the environment of the test.
func onS3(t *testing.T) (*place, *storagetest.Server) {
	t.Helper()
	server := storagetest.StartS3(t)
	for name, value := range server.Env() {
		t.Setenv(name, value)
	}
	store, err := s3.New(t.Context(), s3.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	p := &place{name: "S3", makes: converts, env: noCollector, made: map[string]*conversion{}, pause: 25 * time.Millisecond, store: store, root: "s3://" + server.Bucket + "/tables", source: writeReport(t, killRows)}
	if *soak {
		p.count = newClickHouse(t, server, p.makes.counted)
	}
	return p, server
}

// TestKillS3 checks on S3 what TestKill and the tests beside it check on the disk.
func TestKillS3(t *testing.T) {
	p, server := onS3(t)
	t.Run("moments", func(t *testing.T) { killMoments(t, p, pick(3, 200)) })
	t.Run("steps", func(t *testing.T) { killSteps(t, p, pick(29, 1)) })
	t.Run("stop", func(t *testing.T) { stopSteps(t, p, pick(47, 3)) })
	t.Run("withdrawn", func(t *testing.T) { withdrawSteps(t, p, pick(53, 3), *soak) })
	t.Run("delta", func(t *testing.T) { killDelta(t, p, pick(53, 1), pick(0, 60)) })
	t.Run("at once", func(t *testing.T) { atOnce(t, p, pick(1, 8)) })
	if *soak { // the short form of TestS3Commands tries the same, without processes
		t.Run("commands", func(t *testing.T) { killCommands(t, p, 1) })
		t.Run("commands, uploads listed by the exact key", func(t *testing.T) { killCommands(t, exactly(t, p, server), 1) })
	}
	o := p.making(outcomes, func(column string) counter { return newClickHouse(t, server, column) })
	t.Run("outcome, moments", func(t *testing.T) { killMoments(t, o, pick(1, 50)) })
	t.Run("outcome, steps", func(t *testing.T) { killSteps(t, o, pick(23, 1)) })
	t.Run("outcome, other jobs", func(t *testing.T) { killSuperseding(t, o, pick(19, 1)) })
	t.Run("tasks", func(t *testing.T) { runPlan(t, p, pick(0, 2)) })
	t.Run("conditions ignored", func(t *testing.T) { ignored(t, p, server) })
}

// exactly returns a place on the server where uploads are listed by the exact key only.
func exactly(t *testing.T, p *place, server *storagetest.Server) *place {
	proxy := server.NewProxy(t)
	proxy.Break(storagetest.ListMultipartUploads, 0, -1, storagetest.ExactKeys)
	return &place{
		name: p.name + ", by the exact key", makes: p.makes, store: p.store, root: p.root + "/exact", source: p.source,
		env: append(slices.Clone(p.env), "AWS_ENDPOINT_URL="+proxy.URL), made: p.made, count: p.count, pause: p.pause,
	}
}

// ignored checks that a store that does not honour If-None-Match is refused before
// anything is published there.
func ignored(t *testing.T, p *place, server *storagetest.Server) {
	proxy := server.NewProxy(t)
	proxy.Break(storagetest.PutObject, 0, -1, proxy.Strip("If-None-Match"))
	c := &conversion{flags: append(slices.Clone(p.makes.few), "--endpoint-url", proxy.URL)}
	dest := p.fresh()
	pr := p.start(t, "batchreport", p.line(c, dest)...)
	pr.mustExit(t, exit.Failed)
	if message := pr.stderr.String(); !strings.Contains(message, "--no-lock") {
		t.Errorf("it says %s; want a word of --no-lock", message)
	}
	if left := committed(p.tree(t, dest)); len(left) > 0 {
		t.Errorf("it left %q", slices.Sorted(maps.Keys(left)))
	}
}
