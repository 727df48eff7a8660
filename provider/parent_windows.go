package provider

import (
	"context"
	"os"
	"time"

	"golang.org/x/sys/windows"
)

// awaitParent reports that the process which started this one has ended, or false
// when ctx is over. A parent that cannot be opened is not watched: its number may be
// somebody else's by now.
func awaitParent(ctx context.Context) bool {
	const interval = 250 * time.Millisecond
	parent, err := windows.OpenProcess(windows.SYNCHRONIZE, false, uint32(os.Getppid()))
	if err != nil {
		<-ctx.Done()
		return false
	}
	defer windows.CloseHandle(parent)
	for ctx.Err() == nil {
		if event, err := windows.WaitForSingleObject(parent, uint32(interval.Milliseconds())); err == nil && event == windows.WAIT_OBJECT_0 {
			return true
		}
	}
	return false
}
