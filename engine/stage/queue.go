package stage

import (
	"iter"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// queue is the open ports that wait to be identified while discovery goes on. It
// grows as it must: discovery has to keep its time, and a host that accepts
// everything is in it with its first ports only.
type queue struct {
	lock    sync.Mutex
	ready   sync.Cond
	waiting []Open
	taken   map[engine.Endpoint]Open // being identified
	closed  bool
}

func newQueue() *queue {
	q := &queue{taken: map[engine.Endpoint]Open{}}
	q.ready.L = &q.lock
	return q
}

func (q *queue) add(o Open) {
	q.lock.Lock()
	defer q.lock.Unlock()
	q.waiting = append(q.waiting, o)
	q.ready.Signal()
}

// close says that nothing more comes.
func (q *queue) close() {
	q.lock.Lock()
	defer q.lock.Unlock()
	q.closed = true
	q.ready.Broadcast()
}

// endpoints yields what waits until the queue is closed and empty.
func (q *queue) endpoints() iter.Seq[engine.Endpoint] {
	return func(yield func(engine.Endpoint) bool) {
		for {
			to, ok := q.next()
			if !ok || !yield(to) {
				return
			}
		}
	}
}

func (q *queue) next() (engine.Endpoint, bool) {
	q.lock.Lock()
	defer q.lock.Unlock()
	for len(q.waiting) == 0 {
		if q.closed {
			return engine.Endpoint{}, false
		}
		q.ready.Wait()
	}
	open := q.waiting[0]
	q.waiting = q.waiting[1:]
	to := endpointOf(open.IP, open.Port, open.Transport)
	q.taken[to] = open
	return to, true
}

// done gives the open port of an endpoint that was identified.
func (q *queue) done(to engine.Endpoint) Open {
	q.lock.Lock()
	defer q.lock.Unlock()
	open := q.taken[to]
	delete(q.taken, to)
	return open
}

// rest gives what was found and not identified.
func (q *queue) rest() []Open {
	q.lock.Lock()
	defer q.lock.Unlock()
	rest := q.waiting
	for _, open := range q.taken {
		rest = append(rest, open)
	}
	q.waiting, q.taken = nil, nil
	return rest
}
