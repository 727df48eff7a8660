package contest

import "time"

// clock measures wall time and the CPU time of this process, system included.
type clock struct {
	wall time.Time
	cpu  time.Duration
}

func startClock() clock { return clock{time.Now(), usage().cpu} }

func (c clock) read() (wall, cpu time.Duration) { return time.Since(c.wall), usage().cpu - c.cpu }

type used struct {
	cpu time.Duration
	rss int64
}

// peakMemory is the most this process had in memory at once, in bytes.
func peakMemory() int64 { return usage().rss }
