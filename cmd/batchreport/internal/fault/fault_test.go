package fault

import (
	"errors"
	"fmt"
	"testing"
)

// TestSplit checks that joined errors are told one by one, however deep, and that what is one
// sentence stays one.
func TestSplit(t *testing.T) {
	t.Parallel()
	a, b, c := errors.New("a"), errors.New("b"), errors.New("c")
	for _, test := range []struct {
		name string
		err  error
		want []string
	}{
		{"one", a, []string{"a"}},
		{"joined", errors.Join(a, errors.Join(b, c)), []string{"a", "b", "c"}},
		{"two causes in one sentence", fmt.Errorf("%w: %w", a, b), []string{"a: b"}},
		{"of a sentence", fmt.Errorf("x: %w", errors.Join(a, b)), []string{"x: a\nb"}},
		{"of a command line", &Usage{Err: errors.Join(a, b)}, []string{"a\nb"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := Split(test.err)
			if len(got) != len(test.want) {
				t.Fatalf("got %d errors, %q, want %q", len(got), got, test.want)
			}
			for i, e := range got {
				if e.Error() != test.want[i] {
					t.Errorf("got %q, want %q", e, test.want[i])
				}
			}
		})
	}
}

// TestUnwrap checks that the errors of commands do not hide what they are of.
func TestUnwrap(t *testing.T) {
	t.Parallel()
	cause := errors.New("cause")
	for _, err := range []error{&Usage{Err: cause}, &Hinted{Err: cause}, &UnkeptRow{Err: cause}} {
		if !errors.Is(err, cause) || err.Error() != "cause" {
			t.Errorf("%T says %q", err, err)
		}
	}
}
