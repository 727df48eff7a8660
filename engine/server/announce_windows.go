package server

import "syscall"

// errNoFolder is what reading a file says when there is no folder above it.
const errNoFolder = syscall.ERROR_PATH_NOT_FOUND
