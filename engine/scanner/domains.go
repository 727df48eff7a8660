package scanner

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/domain"
)

// domainsAtOnce is how many names of a task are examined at the same time: each has some
// twenty questions out at once.
const domainsAtOnce = 8

// examinations are what is being learnt of the names of a task from the DNS, beside
// all else.
type examinations struct {
	running sync.WaitGroup
	lock    sync.Mutex
	found   []engine.Response
}

// examine begins to examine the names of a task, if there is anybody to ask.
func (s *Scanner) examine(ctx context.Context, task engine.Task, dial *dialer) *examinations {
	e := &examinations{}
	names := publicNames(task.Targets)
	asked, err := dial.names.resolver()
	asker, ok := asked.(domain.Asker)
	if err != nil || !ok || len(names) == 0 {
		return e
	}
	config := s.config.Domain
	config.Asker, config.Dialer, config.Permit = asker, dial, permitServer(task.Scope)
	limit := make(slots, domainsAtOnce)
	for _, t := range names {
		if local, ok := asked.(localNames); ok && local.IsLocal(string(t)) {
			continue
		}
		e.running.Go(func() {
			if !limit.take(ctx) {
				return
			}
			defer limit.free()
			block, err := domain.Examine(ctx, config, string(t))
			if err != nil {
				s.config.Log.Debug("name is not examined", "name", t, "err", err)
				return
			}
			e.add(domainResponse(t, block))
		})
	}
	return e
}

// localNames is a resolver that knows names which are not the DNS's.
type localNames interface{ IsLocal(name string) bool }

// wait gives what was found when all is.
func (e *examinations) wait() []engine.Response {
	e.running.Wait()
	return e.found
}

func (e *examinations) add(r engine.Response) {
	e.lock.Lock()
	defer e.lock.Unlock()
	e.found = append(e.found, r)
}

// publicNames gives the domains among targets, each once. A name of one label is meant
// below a search list, and special names are not in the DNS (RFC 6761, RFC 6762, RFC 7686).
func publicNames(targets []engine.Target) []engine.Target {
	var names []engine.Target
	seen := map[engine.Target]bool{}
	for _, t := range targets {
		t = t.Canonical()
		_, isAddress := t.Prefix()
		if isAddress || seen[t] || !strings.Contains(string(t), ".") || isSpecial(string(t)) {
			continue
		}
		seen[t] = true
		names = append(names, t)
	}
	return names
}

func isSpecial(name string) bool {
	switch name[strings.LastIndexByte(name, '.')+1:] {
	case "localhost", "local", "invalid", "onion", "internal":
		return true
	}
	return strings.HasSuffix(name, ".home.arpa")
}

var errPrivateServer = errors.New("a name server at a private address is asked only if the scope names it")

// permitServer says where name servers may be asked themselves: where the DNS of a
// stranger points to is no target, so addresses of the inside must be allowed by name.
func permitServer(scope engine.Scope) func(netip.Addr) error {
	shared := netip.MustParsePrefix("100.64.0.0/10") // RFC 6598
	return func(addr netip.Addr) error {
		if err := scope.Permit(addr); err != nil {
			return err
		}
		if !addr.IsPrivate() && !shared.Contains(addr) {
			return nil
		}
		for _, allowed := range scope.Allow {
			if allowed.Contains(addr) {
				return nil
			}
		}
		return errPrivateServer
	}
}

// domainResponse is the document of a name. It is of no address and no port.
func domainResponse(t engine.Target, block *domain.Block) engine.Response {
	r := engine.NewDomainResponse(t, time.Now())
	r.Blocks["dns"] = block
	return r
}
