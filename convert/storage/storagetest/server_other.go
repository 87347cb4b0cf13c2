//go:build !linux

package storagetest

import "syscall"

// dieWithParent is a wish that only Linux fulfils.
func dieWithParent() *syscall.SysProcAttr { return nil }

// memory is a folder that Linux has.
func memory() string { return "" }
