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

// TestScript runs the scripts of local files, one for each behaviour.
func TestScript(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:   filepath.Join("testdata", "script"),
		Setup: setReports,
		Cmds:  scriptCommands(disk.Store{}),
	})
}

// setReports gives scripts $REPORTS, where the reports are.
func setReports(env *testscript.Env) error {
	reports, err := filepath.Abs(filepath.Join("..", "..", "testdata", "reports"))
	env.Setenv("REPORTS", reports)
	return err
}
