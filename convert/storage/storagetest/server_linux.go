package storagetest

import "syscall"

// dieWithParent makes a process end with the one that started it, also where
// that one panics.
func dieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
