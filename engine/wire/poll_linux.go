package wire

import (
	"context"
	"errors"
	"fmt"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// poll is an epoll instance and a way to end a wait on it.
type poll struct {
	epoll  int
	bell   *bell
	events []unix.EpollEvent
	coarse bool // the kernel is older than 5.11 and counts in milliseconds
}

// eventsAtOnce is how many sockets one system call names.
const eventsAtOnce = 512

func newPoll() (poll, error) {
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return poll{}, fmt.Errorf("make an epoll instance: %w", err)
	}
	bell, err := newBell()
	if err != nil {
		_ = unix.Close(epoll)
		return poll{}, err
	}
	p := poll{epoll: epoll, bell: bell, events: make([]unix.EpollEvent, eventsAtOnce)}
	if err := p.watch(bell.fd, unix.EPOLLIN); err != nil {
		return poll{}, errors.Join(fmt.Errorf("watch an eventfd: %w", err), p.close())
	}
	return p, nil
}

// add watches a socket until it is closed. It is named once for each change, so
// that a socket that is not in use costs nothing.
func (p *poll) add(fd int) error { return p.watch(fd, unix.EPOLLIN|unix.EPOLLOUT) }

func (p *poll) watch(fd int, events uint32) error {
	const edge = 1 << 31 // EPOLLET, which package unix has as a negative number
	return unix.EpollCtl(p.epoll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: events | edge, Fd: int32(fd)})
}

// wakeWith ends the waits from now on when ctx is done.
func (p *poll) wakeWith(ctx context.Context) { p.bell.ringWith(ctx) }

// wait gives the sockets that have changed, at the latest after some time. They are
// good until the next call.
func (p *poll) wait(most time.Duration) ([]unix.EpollEvent, error) {
	n, err := p.epollWait(max(0, most))
	if errors.Is(err, unix.EINTR) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return p.events[:n], nil
}

// epollWait waits to the nanosecond where the kernel can: in a whole millisecond a
// fast network answers, and a rate limit grants, more than one attempt.
func (p *poll) epollWait(most time.Duration) (int, error) {
	if most == 0 || p.coarse {
		return unix.EpollWait(p.epoll, p.events, int((most+time.Millisecond-1)/time.Millisecond))
	}
	timeout := unix.NsecToTimespec(int64(most))
	n, _, number := unix.Syscall6(unix.SYS_EPOLL_PWAIT2, uintptr(p.epoll),
		uintptr(unsafe.Pointer(&p.events[0])), uintptr(len(p.events)), uintptr(unsafe.Pointer(&timeout)), 0, 0)
	switch number {
	case 0:
		return int(n), nil
	case unix.ENOSYS:
		p.coarse = true
		return p.epollWait(most)
	}
	return 0, number
}

func (p *poll) close() error { return errors.Join(p.bell.close(), unix.Close(p.epoll)) }
