//go:build windows

package control

import "os"

// alive relies on FindProcess opening the process, which fails for one that ended.
func alive(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	_ = p.Release() // nothing to be done about a handle that cannot be closed
	return true
}
