//go:build !unix

package disk

// nonblock is nothing: these systems have no pipes in folders.
const nonblock = 0

func wake(string) {}
