//go:build unix

package provider

import "syscall"

// detachedProcess makes a process the first of a session of its own: no terminal's interrupt and
// no end of a group reaches it.
func detachedProcess() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
