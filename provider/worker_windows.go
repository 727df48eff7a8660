package provider

import "syscall"

// Flags of CreateProcess that package syscall does not name.
const detachedFromConsole = 0x00000008 // DETACHED_PROCESS: without the console of its parent

// detachedProcess makes a process one that no console's interrupt and no end of a group reaches.
func detachedProcess() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: detachedFromConsole | syscall.CREATE_NEW_PROCESS_GROUP}
}
