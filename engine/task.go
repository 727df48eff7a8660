package engine

import (
	"fmt"
	"net/netip"
	"time"
)

// Limits of a task.
const (
	// TaskAddresses is how many addresses one task holds: small enough that a
	// lost agent costs little, large enough that the queue is not the work.
	TaskAddresses = 32
	// maxTasks is about how many tasks a scan is split into at most: they are rows,
	// and held in memory while they are made. The tasks of larger scans are larger.
	maxTasks = 16_384
	// MaxAttempts is how often a task is given out before it is failed: two
	// agents may die of bad luck, the third time it is the task.
	MaxAttempts = 3
)

// TaskID numbers a task within its scan, from 1.
type TaskID int

// TaskState is the state of a task.
type TaskState string

// The states of a task. The edges are in [TaskState.Advance]:
//
//	split → waiting ──taken──► running ──reported──► done
//	           ▲                │  ▲  │
//	           │     taken again└──┘  └── attempts used up ──► failed
//	           └──── given back ────── running
const (
	TaskWaiting TaskState = "waiting"
	TaskRunning TaskState = "running"
	TaskDone    TaskState = "done"
	TaskFailed  TaskState = "failed"
)

// Advance gives the next state, or a [Conflict] if there is no such edge.
func (s TaskState) Advance(to TaskState) (TaskState, error) {
	ok := false
	switch to {
	case TaskRunning:
		ok = s == TaskWaiting || s == TaskRunning
	case TaskDone:
		ok = s == TaskRunning
	case TaskFailed:
		ok = s == TaskWaiting || s == TaskRunning
	case TaskWaiting:
		ok = s == TaskRunning
	}
	if !ok {
		return s, &Error{Kind: Conflict, Title: "Task cannot do that now", Detail: fmt.Sprintf("a task that is %s cannot become %s", s, to)}
	}
	return to, nil
}

// Task is a shard of a scan's space given to one agent. It is delivered at
// least once; Attempt tells the deliveries apart.
type Task struct {
	ScanID  ScanID   `json:"scan_id"`
	ID      TaskID   `json:"id"`
	Attempt int      `json:"attempt"` // 1 on the first delivery
	Targets []Target `json:"targets"`
	Ports   Ports    `json:"ports"`
	Scope   Scope    `json:"scope,omitzero"`
	Profile Profile  `json:"profile,omitzero"`
}

// Report is what an agent says about a task: a batch of what it found, and with
// the last batch that it has ended. Reports are idempotent.
type Report struct {
	ScanID    ScanID       `json:"scan_id"`
	TaskID    TaskID       `json:"task_id"`
	Attempt   int          `json:"attempt"`
	Agent     string       `json:"agent"`
	Responses []Response   `json:"responses,omitempty"`
	Findings  []Finding    `json:"findings,omitempty"`
	Open      []Endpoint   `json:"open,omitempty"` // open ports, whether or not a probe learnt more
	Up        []netip.Addr `json:"up,omitempty"`   // hosts that answered anything at all, if only that a port is closed
	Done      bool         `json:"done,omitempty"`
	Failure   string       `json:"failure,omitempty"` // with Done: why the task could not be completed
	At        time.Time    `json:"at"`
}

// TaskSize is how many addresses one task of a scan of targets holds: a power of two
// from [TaskAddresses], which a /12 and more exceed.
func TaskSize(targets []Target) int64 {
	size, addresses := int64(TaskAddresses), AddressCount(targets)
	for addresses/size > maxTasks {
		size *= 2
	}
	return size
}

// SplitTasks divides a scan into tasks of at most size addresses, numbered from
// 1 in the order of its targets. The same scan always splits the same way. The tasks
// have no scope: it is the same for all, and with the list of exclusions larger than
// they are. Whoever hands one to an agent gives it [Scope.Excluding].
func SplitTasks(scan Scan, size int64) []Task {
	s := splitter{scan: scan, size: size}
	for _, t := range scan.Targets {
		s.add(t)
	}
	s.flush()
	return s.tasks
}

func prefixesOf(targets []Target) []netip.Prefix {
	prefixes := make([]netip.Prefix, 0, len(targets))
	for _, t := range targets {
		if p, ok := t.Prefix(); ok {
			prefixes = append(prefixes, p)
		}
	}
	return prefixes
}

type splitter struct {
	scan    Scan
	size    int64
	pending []Target
	count   int64
	tasks   []Task
}

// add puts t into the current task, halving CIDRs until they fit a task.
func (s *splitter) add(t Target) {
	n := t.AddressCount()
	if n > s.size {
		prefix, _ := t.Prefix()
		lower, upper := halve(prefix)
		s.add(Target(lower.String()))
		s.add(Target(upper.String()))
		return
	}
	if s.count+n > s.size {
		s.flush()
	}
	s.pending = append(s.pending, t)
	s.count += n
}

func (s *splitter) flush() {
	if len(s.pending) == 0 {
		return
	}
	s.tasks = append(s.tasks, Task{ScanID: s.scan.ID, ID: TaskID(len(s.tasks) + 1), Targets: s.pending, Ports: s.scan.Ports, Profile: s.scan.Profile})
	s.pending, s.count = nil, 0
}

// halve gives the two halves of a prefix that is not a single address.
func halve(p netip.Prefix) (lower, upper netip.Prefix) {
	bits := p.Bits() + 1
	bytes := p.Addr().AsSlice()
	lower = netip.PrefixFrom(p.Addr(), bits)
	bytes[(bits-1)/8] |= 0x80 >> ((bits - 1) % 8)
	addr, _ := netip.AddrFromSlice(bytes)
	return lower, netip.PrefixFrom(addr, bits)
}
