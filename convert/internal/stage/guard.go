package stage

import (
	"fmt"
	"runtime/debug"
)

// Guard returns f with its panics turned into errors. Every goroutine of a
// pipeline runs in one: a panic that nobody recovers would end the process with
// exit code 2, which means something else.
func Guard(f func() error) func() error {
	return func() (err error) {
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("internal error, please report it: %v\n%s", p, debug.Stack())
			}
		}()
		return f()
	}
}
