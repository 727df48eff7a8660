package limit

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"
)

// Epoll is the loop of epoll.c in Go: every port from first to last of every
// target, and the open ones as lines of address:port.
func Epoll(out io.Writer, targets []netip.Addr, first, last uint16) (err error) {
	poll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return fmt.Errorf("make an epoll: %w", err)
	}
	l := &loop{
		targets: targets, first: int(first), total: len(targets) * (int(last) - int(first) + 1),
		poll: poll, out: map[int]outstanding{}, found: bufio.NewWriter(out),
	}
	defer func() { err = errors.Join(err, l.found.Flush(), unix.Close(poll)) }()
	return l.run()
}

type loop struct {
	targets            []netip.Addr
	first, total, sent int
	poll               int
	out                map[int]outstanding // by socket
	order              []outstanding       // as sent
	found              *bufio.Writer
}

type outstanding struct {
	fd    int
	place netip.AddrPort
	sent  time.Time
}

func (l *loop) run() error {
	events := make([]unix.EpollEvent, 512)
	for l.sent < l.total || len(l.out) > 0 {
		for burst := 0; burst < 256 && l.sent < l.total && len(l.out) < Window; burst++ {
			if err := l.send(); err != nil {
				return err
			}
		}
		wait := 10
		if l.sent < l.total && len(l.out) < Window {
			wait = 0
		}
		n, err := unix.EpollWait(l.poll, events, wait)
		if err != nil && !errors.Is(err, unix.EINTR) {
			return fmt.Errorf("wait for sockets: %w", err)
		}
		for i := range max(0, n) {
			l.receive(int(events[i].Fd))
		}
		l.expire(time.Now())
	}
	return nil
}

func (l *loop) send() error {
	place := netip.AddrPortFrom(l.targets[l.sent%len(l.targets)], uint16(l.first+l.sent/len(l.targets)))
	l.sent++
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open a socket: %w", err)
	}
	err = unix.Connect(fd, &unix.SockaddrInet4{Port: int(place.Port()), Addr: place.Addr().As4()})
	if !errors.Is(err, unix.EINPROGRESS) {
		l.end(fd, place, err == nil)
		return nil
	}
	o := outstanding{fd: fd, place: place, sent: time.Now()}
	l.out[fd] = o
	l.order = append(l.order, o)
	return unix.EpollCtl(l.poll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLOUT, Fd: int32(fd)})
}

func (l *loop) receive(fd int) {
	code, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
	l.end(fd, l.out[fd].place, err == nil && code == 0)
}

func (l *loop) end(fd int, place netip.AddrPort, open bool) {
	if open {
		_, _ = fmt.Fprintln(l.found, place) // Flush tells
	}
	delete(l.out, fd)
	_ = unix.Close(fd) // nothing was said, nothing is lost
}

// expire gives up what has been out for too long.
func (l *loop) expire(now time.Time) {
	for len(l.order) > 0 && now.Sub(l.order[0].sent) >= TimeoutMS*time.Millisecond {
		if o := l.order[0]; l.out[o.fd] == o {
			l.end(o.fd, o.place, false)
		}
		l.order = l.order[1:]
	}
}
