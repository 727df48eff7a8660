package engine

// EventKind says what an [Event] is about.
type EventKind string

// The kinds of events.
const (
	EventStep   EventKind = "step"   // a new line of the scan's history
	EventQueue  EventKind = "queue"  // the place in the queue or the estimate changed
	EventCounts EventKind = "counts" // the scan has found more
	EventEnd    EventKind = "end"    // the scan has ended: nothing follows
	EventAlive  EventKind = "alive"  // nothing has happened for a while
)

// Event is something that happened to a scan. Only the members of its kind are set.
type Event struct {
	Kind   EventKind
	Step   *Step        // of a step
	Queue  *QueueEvent  // of the queue
	Counts *CountsEvent // of counts
	Scan   *Scan        // of the end: the scan as it ended
}

// QueueEvent tells where a scan stands that has not ended.
type QueueEvent struct {
	QueuePosition *int     `json:"queue_position"`
	EstimatedTime *float64 `json:"estimated_time_to_complete"` // seconds
}

// CountsEvent tells what a scan has found so far.
type CountsEvent struct {
	Count   int     `json:"count"`
	Summary Summary `json:"summary"`
}
