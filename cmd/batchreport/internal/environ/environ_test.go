package environ

import (
	"errors"
	"reflect"
	"testing"
)

func TestLookup(t *testing.T) {
	t.Parallel()
	vars := Vars{"A=1", "B=", "A=2", "C", "D=x=y"}
	for _, test := range []struct {
		name, value string
		ok          bool
	}{{"A", "1", true}, {"B", "", true}, {"C", "", false}, {"D", "x=y", true}, {"a", "", false}} {
		if value, ok := vars.Lookup(test.name); value != test.value || ok != test.ok {
			t.Errorf("%s is %q, %t", test.name, value, ok)
		}
	}
}

func TestStrange(t *testing.T) {
	t.Parallel()
	known := []string{Name("dry-run"), Name("workers")}
	got := Vars{"BATCHREPORT_DRY_RUN=true", "BATCHREPORT_WORKER=1", "BATCHREPORT_XYZ", "HOME=/", "XBATCHREPORT_WORKERS=1"}.Strange(known)
	want := []string{
		"no command has a flag of the name of the variable BATCHREPORT_WORKER; did you mean BATCHREPORT_WORKERS?",
		"no command has a flag of the name of the variable BATCHREPORT_XYZ",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestBlame checks that of several errors only those name a variable that are about what it has set.
func TestBlame(t *testing.T) {
	t.Parallel()
	set := []Setting{{Name("level"), "level", "99"}, {Name("table"), "table", "a;b"}}
	about, flag, quotes, other := errors.New("level: 99 is too much"), errors.New("--level is needed"), errors.New(`no name "a;b"`), errors.New("levels: none")
	got := Blame(errors.Join(about, flag, quotes, other), set)
	want := "BATCHREPORT_LEVEL: level: 99 is too much\nBATCHREPORT_LEVEL: --level is needed\nBATCHREPORT_TABLE: no name \"a;b\"\nlevels: none"
	if got.Error() != want || !errors.Is(got, about) {
		t.Errorf("got %v", got)
	}
	if got := Blame(about, nil); got != about { //nolint:errorlint // the same error is wanted, and none that wraps it
		t.Errorf("nothing was set, and yet: %v", got)
	}
	if got := Blame(nil, set); got != nil {
		t.Errorf("an error of none: %v", got)
	}
}
