package contest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// Sample is one run of a program.
type Sample struct {
	Wall      time.Duration `json:"wall_ns"`
	CPU       time.Duration `json:"cpu_ns"`    // user and system, children included
	RSS       int64         `json:"rss_bytes"` // most that was resident at once
	Ended     bool          `json:"ended"`     // by itself, not by the limit
	Found     int           `json:"found"`
	Recall    float64       `json:"recall"`
	Precision float64       `json:"precision"`
	AllOpen   bool          `json:"all_open"` // each host that is open on everything was one observation
}

// measure runs a command to its end or the limit.
func measure(ctx context.Context, cmd *exec.Cmd, limit time.Duration) (Sample, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return Sample{}, err
	}
	memory := watch(cmd.Process.Pid)
	stop := context.AfterFunc(ctx, func() { _ = endGroup(cmd.Process.Pid) }) // Wait tells
	err := cmd.Wait()
	s := Sample{Wall: time.Since(began), Ended: stop()}
	s.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	s.RSS = memory(cmd.ProcessState)
	var exit *exec.ExitError
	if !s.Ended && errors.As(err, &exit) {
		return s, nil // by our own hand
	}
	if err != nil {
		return s, fmt.Errorf("run %s: %w", strings.Join(cmd.Args, " "), err)
	}
	return s, nil
}

// watch looks at a process's high water mark until it has ended. What wait4 says
// is exact, except that a process inherits the mark of the one that started it:
// below our own it says nothing, and what was seen last counts, if anything was.
func watch(pid int) func(*os.ProcessState) int64 {
	const often = 20 * time.Millisecond
	done, seen := make(chan struct{}), make(chan int64, 1)
	go func() {
		var most int64
		tick := time.NewTicker(often)
		defer tick.Stop()
		for {
			select {
			case <-done:
				seen <- most
				return
			case <-tick.C:
				most = max(most, highWater(strconv.Itoa(pid)))
			}
		}
	}()
	return func(state *os.ProcessState) int64 {
		close(done)
		exact, last := maxRSS(state), <-seen
		if exact > highWater("self") || last == 0 {
			return exact
		}
		return last
	}
}

// highWater is the most that a process has had resident so far, in bytes; 0 if it
// cannot be told.
func highWater(process string) int64 {
	status, err := os.ReadFile("/proc/" + process + "/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 10, 64)
			if err == nil {
				return kib << 10
			}
		}
	}
	return 0
}
