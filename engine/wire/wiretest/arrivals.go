package wiretest

import (
	"container/heap"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/wire"
)

// arrivals are the answers on their way, the earliest first; those of the same
// moment in the order in which they were sent.
type arrivals struct {
	queue  []arrival
	number uint64
}

type arrival struct {
	wire.Answer
	number uint64
}

var _ heap.Interface = (*arrivals)(nil)

func (a *arrivals) push(answer wire.Answer) {
	a.number++
	heap.Push(a, arrival{answer, a.number})
}

func (a *arrivals) pop() wire.Answer {
	first := a.queue[0]
	heap.Pop(a)
	return first.Answer
}

func (a *arrivals) next() (time.Time, bool) {
	if len(a.queue) == 0 {
		return time.Time{}, false
	}
	return a.queue[0].At, true
}

// Len implements [heap.Interface].
func (a *arrivals) Len() int { return len(a.queue) }

// Less implements [heap.Interface].
func (a *arrivals) Less(i, j int) bool {
	if !a.queue[i].At.Equal(a.queue[j].At) {
		return a.queue[i].At.Before(a.queue[j].At)
	}
	return a.queue[i].number < a.queue[j].number
}

// Swap implements [heap.Interface].
func (a *arrivals) Swap(i, j int) { a.queue[i], a.queue[j] = a.queue[j], a.queue[i] }

// Push implements [heap.Interface].
func (a *arrivals) Push(x any) {
	if item, ok := x.(arrival); ok {
		a.queue = append(a.queue, item)
	}
}

// Pop implements [heap.Interface].
func (a *arrivals) Pop() any {
	last := a.queue[len(a.queue)-1]
	a.queue = a.queue[:len(a.queue)-1]
	return last
}
