package scanner

import (
	"context"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/resolver"
)

// lookupTime is how long a name may take: our resolver gives up after 8 s of its
// own accord, and a search list may have it ask again.
const lookupTime = 16 * time.Second

// Resolver finds the addresses of a name. [resolver.Resolver] is one.
type Resolver interface {
	Lookup(ctx context.Context, name string) (resolver.Answer, error)
}

var _ Resolver = (*resolver.Resolver)(nil)

// names looks names up for a run. Unless it is given a resolver, it opens one for
// the first name, and so it does if servers are named.
type names struct {
	scope   engine.Scope
	servers engine.NameServers // whom to ask; "" is whom given asks, or the system's
	lock    sync.Mutex
	given   Resolver
	own     *resolver.Resolver
}

// addresses gives those of a name that are to be scanned; at least one unless there is
// an error.
func (n *names) addresses(ctx context.Context, name string, which engine.Addresses) ([]netip.Addr, error) {
	asked, err := n.resolver()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	answer, err := asked.Lookup(ctx, name)
	if err != nil {
		return nil, err
	}
	chosen, err := which.Choose(answer.Addrs, n.scope)
	if err != nil {
		return nil, fmt.Errorf("resolve %s: %w", name, err)
	}
	return chosen, nil
}

func (n *names) resolver() (Resolver, error) {
	n.lock.Lock()
	defer n.lock.Unlock()
	if n.given != nil && n.servers == "" {
		return n.given, nil
	}
	if n.own == nil {
		servers, err := n.servers.Places()
		if err != nil {
			return nil, err
		}
		for _, server := range servers {
			if err := n.scope.Permit(server.Addr()); err != nil {
				return nil, err
			}
		}
		own, err := resolver.New(resolver.Config{Servers: servers})
		if err != nil {
			return nil, err
		}
		n.own = own
	}
	return n.own, nil
}

// close ends the resolver if there is one of our own.
func (n *names) close() {
	n.lock.Lock()
	defer n.lock.Unlock()
	if n.own != nil {
		_ = n.own.Close() // gives sockets back that nobody waits for
	}
}

// Resolve implements [probe.Dialer]; addresses out of scope are left out.
func (d *dialer) Resolve(ctx context.Context, name string) ([]engine.Endpoint, error) {
	addrs, err := d.names.addresses(ctx, name, engine.AllAddresses)
	endpoints := make([]engine.Endpoint, 0, len(addrs))
	for _, addr := range addrs {
		endpoints = append(endpoints, engine.Endpoint{Addr: addr, Transport: engine.TCP, Name: name})
	}
	return endpoints, err
}
