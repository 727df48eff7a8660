package lab

import (
	"errors"
	"fmt"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

const tunDevice = "/dev/net/tun"

// batch is how many packets are read before those that are due are sent.
const batch = 128

// startSimulated puts up a namespace in which everything goes to the responder.
func (l *Lab) startSimulated() (err error) {
	if l.Scanner, err = l.namespace("scanner"); err != nil {
		return err
	}
	t := &tun{responder: newResponder(l.Network), ended: make(chan error, 1)}
	if err := l.Scanner.Do(func() error { return t.open(Interface) }); err != nil {
		return err
	}
	go t.run()
	l.closers = append(l.closers, t.close)
	// A queue that overflows would be a loss that is not in the network's description.
	if err := l.Scanner.ip("link", "set", Interface, "txqueuelen", "65536"); err != nil {
		return err
	}
	return l.route()
}

// tun is a TUN device with the responder behind it. All is done by one thread:
// it reads what is there, sends what is due, and sleeps until either.
type tun struct {
	*responder
	device int
	stop   int // an eventfd that becomes readable
	ended  chan error
}

// open makes the device: packets without a header of its own, read without waiting.
func (t *tun) open(name string) (err error) {
	if t.stop, err = unix.Eventfd(0, unix.EFD_CLOEXEC); err != nil {
		return fmt.Errorf("make an eventfd: %w", err)
	}
	if t.device, err = unix.Open(tunDevice, unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0); err != nil {
		return fmt.Errorf("open %s: %w", tunDevice, err)
	}
	request, err := unix.NewIfreq(name)
	if err != nil {
		return err
	}
	request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
	if err := unix.IoctlIfreq(t.device, unix.TUNSETIFF, request); err != nil {
		return fmt.Errorf("make the device %s: %w", name, err)
	}
	return nil
}

func (t *tun) run() {
	buffer := make([]byte, 65536)
	for {
		n := t.takeIn(buffer)
		t.wheel.take(t.clock(), t.send)
		if n == batch {
			continue
		}
		stopped, err := t.wait()
		if stopped || err != nil {
			t.ended <- err
			return
		}
	}
}

// takeIn reads at most a batch of packets. The calls are raw, without telling Go's
// scheduler, since they do not wait.
func (t *tun) takeIn(buffer []byte) int {
	for n := range batch {
		length, _, errno := syscall.RawSyscall(unix.SYS_READ, uintptr(t.device), uintptr(unsafe.Pointer(&buffer[0])), uintptr(len(buffer)))
		if errno != 0 {
			return n // none is there
		}
		t.receive(t.clock(), buffer[:length])
	}
	return batch
}

func (t *tun) send(r *reply) {
	packet := r.packet()
	_, _, _ = syscall.RawSyscall(unix.SYS_WRITE, uintptr(t.device), uintptr(unsafe.Pointer(&packet[0])), uintptr(len(packet)))
	t.sent++
}

// wait sleeps until there is something to read or to send, or the end.
func (t *tun) wait() (stopped bool, err error) {
	var timeout *unix.Timespec // none
	if due, ok := t.wheel.next(); ok {
		span := unix.NsecToTimespec(max(0, due-t.clock()))
		timeout = &span
	}
	fds := []unix.PollFd{{Fd: int32(t.device), Events: unix.POLLIN}, {Fd: int32(t.stop), Events: unix.POLLIN}}
	if _, err := unix.Ppoll(fds, timeout, nil); err != nil && !errors.Is(err, unix.EINTR) {
		return false, fmt.Errorf("wait for packets: %w", err)
	}
	return fds[1].Revents != 0, nil
}

// close ends the thread and the device.
func (t *tun) close() error {
	one := [8]byte{1}
	if _, err := unix.Write(t.stop, one[:]); err != nil {
		return fmt.Errorf("stop the responder: %w", err)
	}
	var late error
	select {
	case err := <-t.ended:
		late = err
	case <-time.After(time.Second):
		late = errors.New("the responder does not end")
	}
	return errors.Join(late, unix.Close(t.device), unix.Close(t.stop))
}
