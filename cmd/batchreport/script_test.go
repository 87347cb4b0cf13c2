package main

import (
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
)

func TestMain(m *testing.M) {
	testscript.Main(inMemory{m}, map[string]func(){"batchreport": main, "measured": runMeasured, "batchreport-steps": steps})
}

// inMemory runs the tests in memory. The programs that they start get along with the
// temporary folders that the tests give them.
type inMemory struct{ *testing.M }

// Run implements testscript.TestingM.
func (m inMemory) Run() int {
	if err := storagetest.UseMemory(); err != nil {
		panic(err)
	}
	return m.M.Run()
}

// slow skips a test with -short, and says why it would take long.
func slow(t *testing.T, why string) {
	t.Helper()
	if testing.Short() {
		t.Skip(why) // make check wants the quick tests, make test runs all
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

// setReports sets $REPORTS for a script, the folder of the reports. Its programs do not
// collect garbage, since they end before they have much.
func setReports(env *testscript.Env) error {
	reports, err := filepath.Abs(filepath.Join("..", "..", "testdata", "reports"))
	env.Setenv("REPORTS", reports)
	env.Setenv("GOGC", "off") // as in noCollector
	return err
}
