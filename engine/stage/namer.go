package stage

import (
	"context"
	"iter"
	"net/netip"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/all"
	"github.com/portolan-io/terraform-provider-portolan/engine/resolver"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanner"
)

// namer turns what the scanner learns into one service for each endpoint. It is the
// scanner's sink; all its functions are called from one goroutine.
type namer struct {
	named    map[place]*Service // of endpoints that are not done
	finished func(engine.Endpoint, *Service)
}

// place is what a response says of its endpoint.
type place struct {
	addr      string
	port      int
	transport string
}

var _ scanner.Sink = (*namer)(nil)

// identify names the services of endpoints and tells each once. The service is nil
// where nothing was learnt. What it shares with others may be empty.
func (c Config) identify(ctx context.Context, shared shared, endpoints iter.Seq[engine.Endpoint], finished func(engine.Endpoint, *Service)) error {
	n := &namer{named: map[place]*Service{}, finished: finished}
	config := scanner.Config{Probes: all.Probes(), Log: c.log()}
	if len(c.Resolvers) > 0 { // nobody else is asked, whatever names servers lead to
		names, err := resolver.New(resolver.Config{Servers: c.Resolvers})
		if err != nil {
			return err
		}
		defer func() { _ = names.Close() }() // gives sockets back that nobody waits for
		config.Resolver = names
	}
	s := scanner.New(config)
	return s.Identify(ctx, scanner.Endpoints{All: endpoints, Scope: c.scope(), Profile: c.Profile, Limiter: shared.limiter, Budget: shared.budget, Done: n.done}, n)
}

// Put implements [scanner.Sink]. The first response of an endpoint is its own; where
// redirects led to, from here or from elsewhere, is no name of it.
func (n *namer) Put(_ context.Context, found engine.Report) error {
	for _, r := range found.Responses {
		at := place{r.IP, r.Port, r.Transport}
		if n.named[at] == nil && len(r.Referer) == 0 {
			n.named[at] = serviceOf(r)
		}
	}
	return nil
}

func (n *namer) done(to engine.Endpoint) {
	at := place{to.Addr.String(), int(to.Port), to.Transport}
	service := n.named[at]
	delete(n.named, at)
	n.finished(to, service)
}

// Service is what speaks at an open port.
type Service struct {
	Name    string   `json:"service,omitempty"` // the protocol with its variant: "https"; empty when nothing was learnt
	Product string   `json:"product,omitempty"` // tag of the first product: "nginx"
	Version string   `json:"version,omitempty"`
	CPE     []string `json:"cpe,omitempty"`
}

func serviceOf(r engine.Response) *Service {
	s := &Service{Name: r.Protocol}
	if len(r.Tags) > 0 {
		s.Product, s.Version, s.CPE = r.Tags[0].Name, r.Tags[0].Version, r.Tags[0].CPE
	}
	return s
}

// endpointOf is a place that was found without a name.
func endpointOf(addr netip.Addr, port uint16, transport string) engine.Endpoint {
	return engine.Endpoint{Addr: addr, Port: port, Transport: transport, Target: engine.Target(addr.String())}
}
