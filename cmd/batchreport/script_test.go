package main

import (
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"batchreport/convert/storage/disk"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"batchreport": main, "measured": runMeasured, "batchreport-steps": steps})
}

// slow skips a test with -short, and says why it would take long.
func slow(t *testing.T, why string) {
	t.Helper()
	if testing.Short() {
		t.Skip(why)
	}
}

// TestScript runs the scripts of files on the local disk, one for each behaviour.
func TestScript(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:   filepath.Join("testdata", "script"),
		Setup: setReports,
		Cmds:  scriptCommands(disk.Store{}),
	})
}

// setReports sets $REPORTS for a script, the folder of the reports.
func setReports(env *testscript.Env) error {
	reports, err := filepath.Abs(filepath.Join("..", "..", "testdata", "reports"))
	env.Setenv("REPORTS", reports)
	return err
}
