package resolver

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"

	"github.com/miekg/dns"
)

const (
	// socketsPerServer spread the questions over ports nobody can guess (RFC 5452
	// section 4.5) and their answers over buffers of the kernel, which holds some
	// 270 small datagrams in each.
	socketsPerServer = 16
	// maxReply is more than we ask for; what is longer is cut and not understood.
	maxReply = 4096
)

var errClosed = errors.New("the resolver is closed")

// sockets are the UDP sockets all questions share.
type sockets struct {
	lock    sync.Mutex
	open    map[netip.AddrPort]*[socketsPerServer]*socket
	closed  bool
	reading sync.WaitGroup
}

func newSockets() *sockets {
	return &sockets{open: map[netip.AddrPort]*[socketsPerServer]*socket{}}
}

// exchange sends a question to a server and waits for its answer until ctx is done.
func (s *sockets) exchange(ctx context.Context, server netip.AddrPort, ask *dns.Msg) (*dns.Msg, error) {
	via, err := s.to(server)
	if err != nil {
		return nil, err
	}
	answer := via.expect(ask)
	defer via.forget(ask.Id)
	wire, err := ask.Pack()
	if err != nil {
		return nil, fmt.Errorf("write the question: %w", err)
	}
	if _, err := via.conn.Write(wire); err != nil {
		return nil, fmt.Errorf("ask %s: %w", server, err)
	}
	select {
	case reply := <-answer:
		return reply, nil
	case <-via.gone:
		return nil, fmt.Errorf("ask %s: %w", server, via.why)
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// to gives one of a server's sockets, and opens it if it is new or was lost.
func (s *sockets) to(server netip.AddrPort) (*socket, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.closed {
		return nil, errClosed
	}
	set := s.open[server]
	if set == nil {
		set = &[socketsPerServer]*socket{}
		s.open[server] = set
	}
	i := rand.IntN(socketsPerServer)
	if set[i] != nil && !set[i].isGone() {
		return set[i], nil
	}
	conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(server))
	if err != nil {
		return nil, fmt.Errorf("open a socket to %s: %w", server, err)
	}
	set[i] = &socket{conn: conn, waiting: map[uint16]*expectation{}, gone: make(chan struct{})}
	s.reading.Go(set[i].read)
	return set[i], nil
}

// close ends all sockets and waits for their readers.
func (s *sockets) close() error {
	s.lock.Lock()
	s.closed = true
	var errs []error
	for _, set := range s.open {
		for _, via := range set {
			if via == nil {
				continue
			}
			if err := via.conn.Close(); !errors.Is(err, net.ErrClosed) { // its reader has, when the server was gone
				errs = append(errs, err)
			}
		}
	}
	s.open = nil
	s.lock.Unlock()
	s.reading.Wait()
	return errors.Join(errs...)
}

// socket is connected to one server, so that the kernel drops what others send, and
// carries many questions told apart by their ids.
type socket struct {
	conn *net.UDPConn
	gone chan struct{} // closed when the reader has ended
	why  error         // set before gone is closed

	lock    sync.Mutex
	waiting map[uint16]*expectation
}

// expectation is a question that is out.
type expectation struct {
	ask    *dns.Msg
	answer chan *dns.Msg
}

// expect gives the question an id that is free and remembers it.
func (s *socket) expect(ask *dns.Msg) <-chan *dns.Msg {
	e := &expectation{ask: ask, answer: make(chan *dns.Msg, 1)}
	s.lock.Lock()
	defer s.lock.Unlock()
	for ask.Id = randomID(); s.waiting[ask.Id] != nil; {
		ask.Id = randomID()
	}
	s.waiting[ask.Id] = e
	return e.answer
}

func (s *socket) forget(id uint16) {
	s.lock.Lock()
	defer s.lock.Unlock()
	delete(s.waiting, id)
}

func (s *socket) isGone() bool {
	select {
	case <-s.gone:
		return true
	default:
		return false
	}
}

// read hands every answer to who waits for it, until the socket is closed. What
// nobody asked for is dropped. An ICMP error (nobody listens there) ends the socket
// and all its questions, so that the next server is asked at once.
func (s *socket) read() {
	defer close(s.gone)
	buffer := make([]byte, maxReply)
	for {
		n, err := s.conn.Read(buffer)
		if err != nil {
			s.why = err
			_ = s.conn.Close() // closed already, or of no use
			return
		}
		reply := new(dns.Msg)
		if reply.Unpack(buffer[:n]) == nil {
			s.deliver(reply)
		}
	}
}

func (s *socket) deliver(reply *dns.Msg) {
	s.lock.Lock()
	defer s.lock.Unlock()
	e := s.waiting[reply.Id]
	if e == nil || !answers(reply, e.ask) {
		return
	}
	select {
	case e.answer <- reply:
	default: // it came twice
	}
}
