package contest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"

	"github.com/miekg/dns"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/lab"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/zoo"
	"github.com/portolan-io/terraform-provider-portolan/engine/wire/wiretest"
	"github.com/portolan-io/terraform-provider-portolan/tools/bench/peer"
)

// Ground is where a scenario takes place: what its process tells the contest.
type Ground struct {
	Namespace lab.Namespace `json:"namespace"`
	Interface string        `json:"interface"`
	Services  []Service     `json:"services,omitempty"`
	Server    string        `json:"server,omitempty"` // of names
}

// Service is one service and the truth about it.
type Service struct {
	Place    netip.AddrPort `json:"place"`
	Species  string         `json:"species"`
	Base     string         `json:"base,omitempty"`
	Protocol string         `json:"protocol,omitempty"`
	Product  string         `json:"product,omitempty"`
	Hostile  bool           `json:"hostile,omitempty"`
}

// Serve puts the ground of a scenario up, says so with one line of JSON, and takes
// it down when ctx or the input ends. It is a process of its own, so that what it
// costs is nobody else's and the contest's end is its end.
func Serve(ctx context.Context, scenario Scenario, in io.Reader, out io.Writer) (err error) {
	l, err := lab.Start(scenario.ground())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	ground := Ground{Namespace: l.Scanner, Interface: lab.Interface}
	stop, err := scenario.people(l, &ground)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	if err := json.NewEncoder(out).Encode(ground); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		_, _ = io.Copy(io.Discard, in) // until whoever started us ends
	}()
	<-ctx.Done()
	return nil
}

// serviceNet is where services are.
var serviceNet = netip.MustParsePrefix("10.30.0.0/22")

// ground is the network itself: that of discovery, or an empty one for services.
func (s Scenario) ground() lab.Network {
	if len(s.Network.Ports) > 0 {
		return s.Network
	}
	return lab.Network{
		Name: s.Name, Prefix: serviceNet, Kernel: true,
		Host: func(netip.Addr) wiretest.Host { return wiretest.Host{} },
	}
}

// people puts services on the ground.
func (s Scenario) people(l *lab.Lab, ground *Ground) (stop func() error, err error) {
	var closers []func() error
	if s.Stage == peer.Discovery {
		return func() error { return nil }, nil // the network has its own
	}
	stop = func() error {
		var errs []error
		for _, c := range closers {
			errs = append(errs, c())
		}
		return errors.Join(errs...)
	}
	err = l.Targets.Do(func() error {
		switch s.Name {
		case "zoo", "traps":
			return keep(ground, &closers, slices.DeleteFunc(zoo.All(), func(z zoo.Species) bool {
				return z.Transport() != engine.TCP || z.Hostile && s.Name == "zoo"
			}))
		case "plain":
			return keepPlain(ground, &closers)
		case "names":
			return serveNames(ground, &closers)
		}
		return nil
	})
	if err != nil {
		return nil, errors.Join(err, stop())
	}
	return stop, nil
}

// keep gives each species an address of its own with its standard port and a free one.
func keep(ground *Ground, closers *[]func() error, species []zoo.Species) error {
	addr := serviceNet.Addr()
	for _, one := range species {
		addr = addr.Next()
		for _, standard := range []bool{true, false} {
			z, err := zoo.Start(zoo.Config{Addr: addr, Species: []zoo.Species{one}, Standard: standard})
			if err != nil {
				return err
			}
			*closers = append(*closers, z.Close)
			ground.add(z)
		}
	}
	return nil
}

func (g *Ground) add(z *zoo.Zoo) {
	for _, s := range z.Services {
		g.Services = append(g.Services, Service{
			Place: s.Place, Species: s.Name, Base: s.Base, Protocol: s.Protocol, Product: s.Product, Hostile: s.Hostile,
		})
	}
}

// The plain services: hosts times species.
const (
	plainHosts   = 128
	plainPerHost = 16
)

// keepPlain gives each of many hosts the same few services that speak without TLS.
func keepPlain(ground *Ground, closers *[]func() error) error {
	var species []zoo.Species
	seen := map[string]bool{}
	for _, one := range zoo.All() {
		plain := one.Transport() == engine.TCP && !one.Hostile && one.Base != "" && one.Protocol == one.Base && !seen[one.Base]
		if plain && len(species) < plainPerHost {
			seen[one.Base] = true
			species = append(species, one)
		}
	}
	if len(species) < plainPerHost {
		return fmt.Errorf("the zoo has only %d plain protocols", len(species))
	}
	addr := serviceNet.Addr()
	for range plainHosts {
		addr = addr.Next()
		z, err := zoo.Start(zoo.Config{Addr: addr, Species: species})
		if err != nil {
			return err
		}
		*closers = append(*closers, z.Close)
		ground.add(z)
	}
	return nil
}

// nameCount is how many names there are to look up.
const nameCount = 100_000

// nameAt is the n-th of them.
func nameAt(n int) string { return fmt.Sprintf("host-%d.lab.example", n) }

// serveNames answers every question for an IPv4 address.
func serveNames(ground *Ground, closers *[]func() error) error {
	place := netip.AddrPortFrom(serviceNet.Addr().Next(), 53).String()
	started := make(chan struct{})
	server := &dns.Server{
		Addr: place, Net: "udp", UDPSize: 1232, Handler: dns.HandlerFunc(answerName), NotifyStartedFunc: func() { close(started) },
	}
	failed := make(chan error, 1)
	listening, err := listenPacket(place)
	if err != nil {
		return err
	}
	server.PacketConn = listening
	go func() { failed <- server.ActivateAndServe() }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve names: %w", err)
	case <-started:
	}
	*closers = append(*closers, server.Shutdown)
	ground.Server = place
	return nil
}

func answerName(w dns.ResponseWriter, question *dns.Msg) {
	answer := new(dns.Msg).SetReply(question)
	answer.RecursionAvailable = true
	if q := question.Question; len(q) == 1 && q[0].Qtype == dns.TypeA {
		answer.Answer = []dns.RR{&dns.A{
			Hdr: dns.RR_Header{Name: q[0].Name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 300}, A: []byte{10, 30, 0, 1},
		}}
	}
	_ = w.WriteMsg(answer) // a lost datagram is what datagrams are like
}
