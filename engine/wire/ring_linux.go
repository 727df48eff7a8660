package wire

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// ring is memory into which the system writes the packets that pass a filter, with
// the time at which they came (packet(7), TPACKET_V2: frame by frame, because the
// blocks of version 3 are handed over only when they are full or a millisecond old).
type ring struct {
	fd     int
	memory []byte
	next   int // frame to be read
}

const (
	// ringFrames is how many answers can wait to be read: at a million a second,
	// 16 ms. No more attempts than that are out at a time, so that only answers that
	// come several times can be too many.
	ringFrames = 1 << 14
	// frameSize holds what is captured of a packet after the headers of the frame
	// (32 and 20 bytes, aligned and with 16 to spare: 80), and is a power of two.
	frameSize = 256
	blockSize = 1 << 16 // is allocated in one piece, and holds whole frames
)

// openRing listens on all interfaces for packets of an Ethernet protocol. Its own
// address is no matter: an answer may come another way than the question went.
func openRing(protocol uint16, filter []bpf.Instruction) (*ring, error) {
	// Of protocol 0 it hears nothing before the filter stands.
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("open a packet socket: %w", err)
	}
	r := &ring{fd: fd}
	if err := r.prepare(filter); err != nil {
		return nil, errors.Join(err, r.close())
	}
	if err := unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: networkOrder(protocol)}); err != nil {
		return nil, errors.Join(fmt.Errorf("bind a packet socket: %w", err), r.close())
	}
	return r, nil
}

func (r *ring) prepare(filter []bpf.Instruction) error {
	if err := attach(r.fd, filter); err != nil {
		return err
	}
	if err := unix.SetsockoptInt(r.fd, unix.SOL_PACKET, unix.PACKET_VERSION, unix.TPACKET_V2); err != nil {
		return fmt.Errorf("choose the version of the packet ring: %w", err)
	}
	size := &unix.TpacketReq{
		Block_size: blockSize, Block_nr: ringFrames * frameSize / blockSize,
		Frame_size: frameSize, Frame_nr: ringFrames,
	}
	if err := unix.SetsockoptTpacketReq(r.fd, unix.SOL_PACKET, unix.PACKET_RX_RING, size); err != nil {
		return fmt.Errorf("make a packet ring: %w", err)
	}
	memory, err := unix.Mmap(r.fd, 0, ringFrames*frameSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return fmt.Errorf("map the packet ring: %w", err)
	}
	r.memory = memory
	return nil
}

func attach(fd int, filter []bpf.Instruction) error {
	raw, err := bpf.Assemble(filter)
	if err != nil {
		return fmt.Errorf("assemble the packet filter: %w", err)
	}
	program := make([]unix.SockFilter, len(raw))
	for i, ins := range raw {
		program[i] = unix.SockFilter{Code: ins.Op, Jt: ins.Jt, Jf: ins.Jf, K: ins.K}
	}
	if err := unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]}); err != nil {
		return fmt.Errorf("attach the packet filter: %w", err)
	}
	return nil
}

// networkOrder swaps the bytes where the machine's order is the other one.
func networkOrder(n uint16) uint16 {
	b := [2]byte{byte(n >> 8), byte(n)}
	return *(*uint16)(unsafe.Pointer(&b))
}

// frame gives the oldest packet that was not read, from the IP header on, and when
// it came by the wall clock. It is good until [ring.advance].
func (r *ring) frame() (p []byte, at time.Duration, ok bool) {
	frame := r.memory[r.next*frameSize:][:frameSize]
	header := (*unix.Tpacket2Hdr)(unsafe.Pointer(&frame[0]))
	if atomic.LoadUint32(&header.Status)&unix.TP_STATUS_USER == 0 {
		return nil, 0, false
	}
	at = time.Duration(header.Sec)*time.Second + time.Duration(header.Nsec)
	start := min(int(header.Net), frameSize)
	return frame[start:min(start+int(header.Snaplen), frameSize)], at, true
}

// advance gives the frame back to the system.
func (r *ring) advance() {
	header := (*unix.Tpacket2Hdr)(unsafe.Pointer(&r.memory[r.next*frameSize]))
	atomic.StoreUint32(&header.Status, unix.TP_STATUS_KERNEL)
	r.next = (r.next + 1) % ringFrames
}

func (r *ring) close() error {
	var unmapped error
	if r.memory != nil {
		unmapped = unix.Munmap(r.memory)
	}
	return errors.Join(unmapped, unix.Close(r.fd))
}
