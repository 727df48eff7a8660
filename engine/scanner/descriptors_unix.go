//go:build unix

package scanner

import "syscall"

// descriptorLimit is how many files and sockets the process may have open.
func descriptorLimit() int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return minDescriptors
	}
	return int(min(uint64(limit.Cur), 4*maxSockets)) //nolint:unconvert // Cur is signed on some systems
}
