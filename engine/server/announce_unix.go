//go:build unix

package server

import "syscall"

// errNoFolder is what reading a file says when what should be a folder above it is none.
// The engine says better what is wrong with it.
const errNoFolder = syscall.ENOTDIR
