package provider

import (
	"context"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// lifetime is how long the operations of this process may go on: as long as there is
// a Terraform to tell their outcome to. Terraform that is killed says no goodbye, and
// what it has started would scan on, seen by nobody.
type lifetime struct {
	ended context.Context // over when operations have to end

	operations sync.RWMutex // held for reading by each of them
}

// operation gives a context that also ends with the lifetime. The operation calls
// done when nothing of it goes on any more.
func (l *lifetime) operation(ctx context.Context) (_ context.Context, done func()) {
	l.operations.RLock()
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(l.ended, cancel)
	return ctx, func() {
		stop()
		cancel()
		l.operations.RUnlock()
	}
}

// settle waits, for as long as grace, until no operation is under way.
func (l *lifetime) settle(grace time.Duration) {
	settled := make(chan struct{})
	go func() {
		l.operations.Lock()
		close(settled)
	}()
	select {
	case <-settled:
	case <-time.After(grace):
	}
}

// untilTerraformIsGone gives a context that ends when Terraform is gone, or when this
// process is asked to end.
//
// The death of Terraform closes what this process writes its log to, and its terminal
// may go with it. Neither may end this process before its scans are cancelled.
func untilTerraformIsGone(ctx context.Context) (ended context.Context, gone <-chan struct{}, stop func()) {
	signal.Ignore(syscall.SIGPIPE, syscall.SIGHUP)
	watch, stopWatch := context.WithCancel(ctx)
	ended, release := signal.NotifyContext(ctx, syscall.SIGTERM)
	parent := make(chan struct{})
	go func() {
		if awaitParent(watch) {
			release()
			close(parent)
		}
	}()
	return ended, parent, func() {
		stopWatch()
		release()
		signal.Reset(syscall.SIGPIPE, syscall.SIGHUP)
	}
}
