// Package zoo keeps services for scanners to find: what each is in truth stands
// beside how it behaves, so that names can be counted right, wrong and missed.
// Begin with [Start].
//
// It is test support. The services speak their protocols over real sockets as
// faithfully as a scanner can tell, with nothing behind them; none is written to
// please a probe of ours: the protocol's document is the authority.
package zoo

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"sync"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/accept"
)

// Species is a kind of service: the truth about it and its behaviour. Exactly
// one of Serve and Answer is set.
type Species struct {
	Name     string // unique: "redis", "redis-password"
	Base     string // prot7 that is right: "imap"; empty when no name is right
	Protocol string // with its variant: "imaps"
	Product  string // name of the tag that is right, as "dovecot"; empty when the service does not tell
	Version  string // empty when the service does not tell
	Port     uint16 // standard
	Hostile  bool   // a trap: it must cost little, and no name is as good as the right one

	Serve  func(conn net.Conn)                     // one TCP connection; the zoo closes it
	Answer func(request []byte) (answers [][]byte) // one UDP datagram
}

// Transport is [engine.TCP] or [engine.UDP].
func (s Species) Transport() string {
	if s.Answer != nil {
		return engine.UDP
	}
	return engine.TCP
}

// All lists every species.
func All() []Species {
	return slices.Concat(webSpecies(), tlsSpecies(), textSpecies(), dataSpecies(), queueSpecies(), remoteSpecies(), industrySpecies(), mannerSpecies(), datagramSpecies(), hostileSpecies())
}

// Find gives the species of a name, for tests of a probe that meet it in memory.
func Find(tb testing.TB, name string) Species {
	tb.Helper()
	all := All()
	i := slices.IndexFunc(all, func(s Species) bool { return s.Name == name })
	if i < 0 {
		tb.Fatalf("no %s in the zoo", name)
	}
	return all[i]
}

// Config says what to keep and where.
type Config struct {
	Addr    netip.Addr // where to listen; loopback if not set
	Species []Species
	// Standard puts each species on its standard port; else ports are free ones.
	Standard bool
}

// Zoo is services that run.
type Zoo struct {
	Services []*Service
}

// Service is one running service.
type Service struct {
	Species
	Place netip.AddrPort

	connections *accept.Loop   // nil on UDP
	packets     net.PacketConn // nil on TCP
	running     sync.WaitGroup
}

// Met is how many connections it has taken; 0 on UDP.
func (s *Service) Met() int {
	if s.connections == nil {
		return 0
	}
	return s.connections.Met()
}

// Start starts a service of each species.
func Start(config Config) (*Zoo, error) {
	if !config.Addr.IsValid() {
		config.Addr = netip.MustParseAddr("127.0.0.1")
	}
	z := &Zoo{}
	for _, species := range config.Species {
		service := &Service{Species: species}
		port := uint16(0)
		if config.Standard {
			port = species.Port
		}
		if err := service.listen(netip.AddrPortFrom(config.Addr, port)); err != nil {
			return nil, errors.Join(fmt.Errorf("start %s: %w", species.Name, err), z.Close())
		}
		z.Services = append(z.Services, service)
	}
	return z, nil
}

func (s *Service) listen(at netip.AddrPort) (err error) {
	if s.Answer != nil {
		if s.packets, err = net.ListenPacket("udp", at.String()); err == nil {
			s.Place = addrPort(s.packets.LocalAddr())
			s.running.Go(s.answerAll)
		}
		return err
	}
	listener, err := net.Listen("tcp", at.String())
	if err == nil {
		s.Place = addrPort(listener.Addr())
		s.connections = accept.Serve(listener, s.Serve)
	}
	return err
}

func addrPort(addr net.Addr) netip.AddrPort {
	place, _ := netip.ParseAddrPort(addr.String()) // what a socket is bound to is one
	return netip.AddrPortFrom(place.Addr().Unmap(), place.Port())
}

func (s *Service) answerAll() {
	request := make([]byte, 64<<10)
	for {
		n, from, err := s.packets.ReadFrom(request)
		if err != nil {
			return
		}
		for _, answer := range s.Answer(request[:n]) {
			_, _ = s.packets.WriteTo(answer, from) // a lost datagram is what datagrams are like
		}
	}
}

// Close ends every service and waits for it.
func (z *Zoo) Close() error {
	var errs []error
	for _, s := range z.Services {
		errs = append(errs, s.close())
	}
	return errors.Join(errs...)
}

func (s *Service) close() (err error) {
	if s.connections != nil {
		return s.connections.Close()
	}
	if s.packets != nil { // nil when it did not start
		err = s.packets.Close()
	}
	s.running.Wait()
	return err
}
