//go:build unix

package contest

import (
	"runtime"
	"syscall"
	"time"
)

func usage() used {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return used{}
	}
	unit := int64(1024)
	if runtime.GOOS == "darwin" {
		unit = 1
	}
	return used{time.Duration(u.Utime.Nano() + u.Stime.Nano()), int64(u.Maxrss) * unit}
}
