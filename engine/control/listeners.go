package control

import (
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// listeners counts who listens to events.
type listeners struct {
	lock sync.Mutex
	all  int
	each map[engine.UserID]int
}

func newListeners() *listeners { return &listeners{each: map[engine.UserID]int{}} }

// enter counts somebody in, who leaves once.
func (l *listeners) enter(user engine.UserID) (leave func(), err error) {
	l.lock.Lock()
	defer l.lock.Unlock()
	if l.all >= maxListeners {
		return nil, tooManyListeners(maxListeners, l.all)
	}
	if l.each[user] >= maxListenersEach {
		return nil, tooManyListeners(maxListenersEach, l.each[user])
	}
	l.all++
	l.each[user]++
	return func() { l.leave(user) }, nil
}

func (l *listeners) leave(user engine.UserID) {
	l.lock.Lock()
	defer l.lock.Unlock()
	l.all--
	if l.each[user]--; l.each[user] == 0 {
		delete(l.each, user)
	}
}
