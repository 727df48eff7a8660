// Package domain examines what the DNS says of a name: its addresses and name
// servers, who may send mail for it, who may issue its certificates, and whether its
// signatures hold. Begin with [Examine] and [Block].
//
// It judges nothing, that is for checks, and it resolves no name for a scan. It asks the
// resolver it is handed, and name servers and the host of a policy for mail themselves
// only through the dialer it is handed and where permitted. What cannot be learnt is absent: silence says nothing.
package domain

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/miekg/dns"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/resolver"
)

// maxTime is how long the examination of one name may take: some forty questions, many
// at the same time, of which one without an answer takes 8 s.
const maxTime = 60 * time.Second

// defaultWait is [Config.Wait] if nothing is said: a name server answers from memory.
const defaultWait = 2 * time.Second

// Asker puts questions to recursive servers. [resolver.Resolver] is one.
type Asker interface {
	Ask(ctx context.Context, q resolver.Question) (resolver.Reply, error)
}

// Dialer opens connections to name servers and to hosts of policies, or refuses to.
type Dialer interface {
	Dial(ctx context.Context, to engine.Endpoint) (net.Conn, error)
}

// Config says by whom and what a name is examined.
type Config struct {
	Asker  Asker
	Dialer Dialer
	// Permit says why an address is not to be asked itself, or nil.
	Permit  func(netip.Addr) error
	Anchors []*dns.DS // keys of the zones at the top that are trusted; none are those of the root
	Port    uint16    // of name servers; 0 is 53
	// PolicyPort and Roots are for the host of a policy for mail (RFC 8461): 0 is 443, nil
	// are the authorities that the system trusts.
	PolicyPort uint16
	Roots      *x509.CertPool
	// Wait is how long a name server is waited for, thrice over UDP and once over TCP; 0
	// is 2 s.
	Wait time.Duration
}

// ErrUnknown is the error of a name that nobody can tell anything of: there is no such
// name, or no server answers.
var ErrUnknown = errors.New("the DNS says nothing of the name")

// examination is the work on one name.
type examination struct {
	config Config
	name   string // canonical, with the last dot
	block  *Block

	lock  sync.Mutex
	asked map[key]*question

	validating sync.Mutex
	zones      map[string]signedZone // whose keys have been validated, by name
}

// Examine asks everything about a name. Whatever was learnt until ctx or the time of the
// examination is over is in the block. The error is [ErrUnknown] or ctx's.
func Examine(ctx context.Context, config Config, name string) (*Block, error) {
	if config.Port == 0 {
		config.Port = 53
	}
	if config.PolicyPort == 0 {
		config.PolicyPort = 443
	}
	if config.Wait == 0 {
		config.Wait = defaultWait
	}
	if len(config.Anchors) == 0 {
		config.Anchors = rootAnchors()
	}
	limited, cancel := context.WithTimeout(ctx, maxTime)
	defer cancel()
	x := &examination{config: config, name: dns.CanonicalName(name), block: &Block{}, asked: map[key]*question{}, zones: map[string]signedZone{}}
	if !x.begin(limited) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		return nil, ErrUnknown
	}
	inParallel(
		func() { x.learnAddresses(limited) },
		func() { x.learnZone(limited) },
		func() { x.learnMail(limited) },
		func() { x.learnIssuers(limited) },
		func() { x.learnSignatures(limited) },
		func() { x.learnWildcard(limited) },
	)
	x.noteUnanswered(limited)
	x.block.Banner = x.block.summary()
	return x.block, ctx.Err()
}

// begin reports whether anything is known of the name.
func (x *examination) begin(ctx context.Context) bool {
	x.block.Level = strings.Count(x.name, ".")
	var soa, address answer
	inParallel(
		func() { soa = x.ask(ctx, x.name, dns.TypeSOA) },
		func() { address = x.ask(ctx, x.name, dns.TypeA) },
	)
	if address.state == unknown {
		return false
	}
	x.block.Rcode = dns.RcodeToString[address.rcode]
	x.block.Apex = soa.state == present && len(soa.chain) == 0
	x.block.Zone = dotless(x.zoneOf(ctx, x.name))
	return address.state != missing || len(address.chain) > 0
}

// zoneOf gives the zone a name is in, "" if that cannot be told.
func (x *examination) zoneOf(ctx context.Context, name string) string {
	for at := name; at != ""; at = parentOf(at) {
		switch soa := x.ask(ctx, at, dns.TypeSOA); {
		case soa.state == unknown:
			return ""
		case soa.state == present && len(soa.chain) == 0:
			return at
		}
	}
	return ""
}

// inParallel does all of work at the same time and waits for it.
func inParallel(work ...func()) {
	var all sync.WaitGroup
	for _, do := range work {
		all.Go(do)
	}
	all.Wait()
}

// dotless is a name as documents have it: in lower case, without the last dot.
func dotless(name string) string {
	if name == "." {
		return name
	}
	return strings.TrimSuffix(strings.ToLower(name), ".")
}

// parentOf gives the name above, "." for a top-level domain and "" for the root.
func parentOf(name string) string {
	if name == "." {
		return ""
	}
	if _, rest, _ := strings.Cut(name, "."); rest != "" {
		return rest
	}
	return "."
}
