package domain

import (
	"context"
	"net/netip"
	"strings"
	"sync"

	"github.com/miekg/dns"

	"github.com/portolan-io/terraform-provider-portolan/engine/resolver"
)

const (
	// maxRecords is how many records of one kind are told; more is an attack.
	maxRecords = 64
	// maxText is how long the text of one record may be in a document.
	maxText = 2048
)

// state is what a server says of the records of a name.
type state int

const (
	unknown state = iota // no answer
	present              // there are some
	absent               // the name is there, such records are not
	missing              // there is no such name, at the end of the chain if there is one
)

// answer is what was learnt by a question.
type answer struct {
	state   state
	rcode   int
	records []dns.RR // of the kind that was asked for, at the end of the chain; all, as they are signed together
	chain   []string // the names that CNAMEs lead to
	message *dns.Msg // nil if unknown
	server  netip.AddrPort
}

// key is a question as it is remembered.
type key struct {
	name string
	kind uint16
}

// question is asked once for each examination.
type question struct {
	once   sync.Once
	answer answer
}

// ask asks the resolver, once for each question.
func (x *examination) ask(ctx context.Context, name string, kind uint16) answer {
	name = dns.CanonicalName(name)
	x.lock.Lock()
	q := x.asked[key{name, kind}]
	if q == nil {
		q = &question{}
		x.asked[key{name, kind}] = q
	}
	x.lock.Unlock()
	q.once.Do(func() { q.answer = x.askAnew(ctx, name, kind, netip.AddrPort{}) })
	return q.answer
}

// askAnew asks another server than except, if there is one.
func (x *examination) askAnew(ctx context.Context, name string, kind uint16, except netip.AddrPort) answer {
	if _, ok := dns.IsDomainName(name); !ok {
		return answer{}
	}
	reply, err := x.config.Asker.Ask(ctx, resolver.Question{Name: name, Type: kind, Except: except})
	if err != nil {
		return answer{}
	}
	a := read(reply.Message, name, kind)
	a.server = reply.Server
	return a
}

// maxChain is how many CNAMEs are followed in an answer; resolvers follow 12 to 16.
const maxChain = 16

// read makes sense of an answer. Only what is linked to the name counts, in whatever
// order it comes (RFC 1034 section 4.3.2).
func read(message *dns.Msg, name string, kind uint16) answer {
	a := answer{message: message, rcode: message.Rcode}
	for range maxChain {
		next := aliasOf(message.Answer, name)
		if next == "" || kind == dns.TypeCNAME {
			break
		}
		a.chain, name = append(a.chain, next), next
	}
	for _, rr := range message.Answer {
		if rr.Header().Rrtype == kind && dns.CanonicalName(rr.Header().Name) == name {
			a.records = append(a.records, rr)
		}
	}
	switch {
	case len(a.records) > 0:
		a.state = present
	case message.Rcode == dns.RcodeNameError:
		a.state = missing
	case message.Rcode == dns.RcodeSuccess:
		a.state = absent
	}
	return a
}

func aliasOf(records []dns.RR, name string) string {
	for _, rr := range records {
		if cname, ok := rr.(*dns.CNAME); ok && dns.CanonicalName(cname.Hdr.Name) == name {
			return dns.CanonicalName(cname.Target)
		}
	}
	return ""
}

// some gives as many records as are told.
func (a answer) some() []dns.RR { return a.records[:min(len(a.records), maxRecords)] }

// texts gives all TXT records of an answer in full, the strings of each put together without
// spaces (RFC 7208 section 3.3).
func (a answer) texts() []string {
	var texts []string
	for _, rr := range a.records {
		if txt, ok := rr.(*dns.TXT); ok {
			texts = append(texts, strings.Join(txt.Txt, ""))
		}
	}
	return texts
}

func (a answer) addrs() []netip.Addr {
	var addrs []netip.Addr
	for _, rr := range a.some() {
		var addr netip.Addr
		switch rr := rr.(type) {
		case *dns.A:
			addr, _ = netip.AddrFromSlice(rr.A)
		case *dns.AAAA:
			addr, _ = netip.AddrFromSlice(rr.AAAA)
		}
		if addr.IsValid() {
			addrs = append(addrs, addr.Unmap())
		}
	}
	return addrs
}

// clipped is what a document has of texts.
func clipped(texts []string) []string {
	texts = texts[:min(len(texts), maxRecords)]
	for i := range texts {
		texts[i] = clip(texts[i])
	}
	return texts
}

// clip bounds a text; what a name server sends is escaped already, so it is ASCII.
func clip(text string) string { return text[:min(len(text), maxText)] }
