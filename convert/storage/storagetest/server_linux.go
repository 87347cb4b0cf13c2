package storagetest

import "syscall"

// dieWithParent makes a process end with the one that started it, also where
// that one panics.
func dieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}

// memory is a folder in memory with room for what tests store there; empty if the
// machine has none. What a disk's file system does for thousands of files that
// are created and deleted costs more than all that the server does itself.
func memory() string {
	const folder, room, writable = "/dev/shm", 2 << 30, 2
	var fs syscall.Statfs_t
	if err := syscall.Statfs(folder, &fs); err != nil || fs.Bavail < room/uint64(fs.Bsize) || syscall.Access(folder, writable) != nil {
		return ""
	}
	return folder
}
