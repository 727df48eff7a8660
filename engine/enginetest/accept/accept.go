// Package accept serves the connections of a listener until it is closed, and then
// ends them all. Begin with [Serve].
//
// It is test support, and knows no protocol: what is said on a connection is its
// user's.
package accept

import (
	"net"
	"sync"
	"sync/atomic"
)

// Loop is a listener whose connections are served.
type Loop struct {
	listener net.Listener
	running  sync.WaitGroup
	met      atomic.Int64

	lock     sync.Mutex
	open     map[net.Conn]bool
	isClosed bool
}

// Serve answers every connection with talk, which may leave it open, until the loop is
// closed. The listener is the loop's from now on.
func Serve(listener net.Listener, talk func(net.Conn)) *Loop {
	l := &Loop{listener: listener, open: map[net.Conn]bool{}}
	l.running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			l.met.Add(1)
			l.running.Go(func() {
				l.add(conn)
				defer l.forget(conn)
				talk(conn)
			})
		}
	})
	return l
}

// Met is how many connections there were.
func (l *Loop) Met() int { return int(l.met.Load()) }

// Close ends the listener and every connection, and waits for who serves them.
func (l *Loop) Close() error {
	err := l.listener.Close()
	l.closeAll()
	l.running.Wait()
	return err
}

func (l *Loop) add(conn net.Conn) {
	l.lock.Lock()
	defer l.lock.Unlock()
	l.open[conn] = true
	if l.isClosed {
		_ = conn.Close() // accepted a moment before the end
	}
}

func (l *Loop) forget(conn net.Conn) {
	l.lock.Lock()
	defer l.lock.Unlock()
	delete(l.open, conn)
	_ = conn.Close() // the other end may have been faster
}

func (l *Loop) closeAll() {
	l.lock.Lock()
	defer l.lock.Unlock()
	l.isClosed = true
	for conn := range l.open {
		_ = conn.Close() // ends the goroutine that serves it
	}
}
