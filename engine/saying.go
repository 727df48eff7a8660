package engine

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/netip"
	"strings"
)

// Saying is what one document says of what speaks at its place. An index keeps it beside
// the document, so that scans are compared without reading their documents. Its texts come
// from the scanned host and are hostile.
type Saying struct {
	Endpoint // Name is the host's, if it was asked by one

	Service
	Base string   // the protocol without its variant: "http"
	Path string   // of a page
	TLS  []string // versions it accepts, as documents write them: "TLSv1.2"
}

// place is the endpoint without its target: web servers answer each name differently.
func (e Endpoint) place() Endpoint {
	place := e.port()
	place.Name = e.Name
	return place
}

// comparePlace orders by address, port, transport and name.
func (e Endpoint) comparePlace(f Endpoint) int {
	return cmp.Or(e.compare(f), strings.Compare(e.Name, f.Name))
}

// document is the part of a [Response] that tells what speaks there: reading all of one
// takes several times as long.
type document struct {
	Host      string         `json:"host"`
	IP        string         `json:"ip"`
	Port      uint16         `json:"port"`
	Transport string         `json:"prot4"`
	Base      string         `json:"prot7"`
	Protocol  string         `json:"protocol"`
	Path      string         `json:"path"`
	Target    ResponseTarget `json:"target"`
	Tags      []Tag          `json:"tag"`
	TLS       struct {
		Versions []string `json:"versions"`
	} `json:"tls"`
	software
}

// ReadSaying reads the JSON of a [Response]. isPlaced is false for a document of no place,
// such as that of a domain, which says nothing. A member of another shape than expected
// says nothing either, and hides nothing else.
func ReadSaying(data json.RawMessage) (s Saying, isPlaced bool, err error) {
	var d document
	var odd *json.UnmarshalTypeError
	if err := json.Unmarshal(data, &d); err != nil && !errors.As(err, &odd) {
		return s, false, fmt.Errorf("read document: %w", err)
	}
	s, isPlaced = d.saying()
	return s, isPlaced, nil
}

// saying gives the zero Saying for a document of no place.
func (d *document) saying() (s Saying, isPlaced bool) {
	addr, err := netip.ParseAddr(d.IP)
	if err != nil || d.Protocol == DomainProtocol {
		return s, false
	}
	s = Saying{Base: d.Base, Path: d.Path, TLS: d.TLS.Versions}
	s.Endpoint = Endpoint{Addr: addr.Unmap(), Port: d.Port, Transport: d.Transport, Target: Target(cmp.Or(d.Target.Domain, d.Target.IP))}
	if d.Host != d.IP {
		s.Name = d.Host
	}
	s.Protocol = d.Protocol
	s.Product, s.Version = d.product(d.Tags)
	return s, true
}

// Saying is what [ReadSaying] reads of data, the response's JSON, at a fraction of the cost
// where its tags name the product. It is the zero Saying for a response of no place.
func (r *Response) Saying(data json.RawMessage) (s Saying, err error) {
	if len(r.Tags) == 0 {
		s, _, err = ReadSaying(data)
		return s, err
	}
	d := document{Host: r.Host, IP: r.IP, Port: uint16(r.Port), Transport: r.Transport, Base: r.Base, Protocol: r.Protocol, Path: r.Path, Target: r.Target, Tags: r.Tags} //nolint:gosec // ports have 16 bits
	if block, ok := r.Blocks["tls"]; ok {
		tls, err := json.Marshal(block)
		if err != nil {
			return s, fmt.Errorf("write tls: %w", err)
		}
		_ = json.Unmarshal(tls, &d.TLS) // of another shape it says nothing
	}
	s, _ = d.saying()
	return s, nil
}

// said is what the documents of one place say best: the one with the shortest path before
// the others.
type said struct {
	service       Service
	target        Target
	place, naming rank // of the document that told the protocol, and the product
}

// rank orders documents of one place by how much they say about it, the best first.
type rank struct {
	path int
	uri  string // without the place
}

func (r rank) before(s rank) bool {
	return cmp.Or(cmp.Compare(r.path, s.path), strings.Compare(r.uri, s.uri)) < 0
}

func (s *said) take(one *Saying) {
	r := rank{path: len(one.Path), uri: one.Protocol + "://" + one.Path}
	if s.service.Protocol == "" || r.before(s.place) {
		s.service.Protocol, s.place, s.target = one.Protocol, r, one.Target
	}
	if one.Product != "" && (s.service.Product == "" || r.before(s.naming)) {
		s.service.Product, s.service.Version, s.naming = one.Product, one.Version, r
	}
}

// ChangedServices gives what speaks otherwise now than before at places where something
// speaks in both. Sayings come in the order of their places, as an index gives them, and
// are held one place at a time; so do the changes.
func ChangedServices(before, now iter.Seq2[Saying, error]) ([]ChangedService, error) {
	base, later := newPlaces(before), newPlaces(now)
	defer base.stop()
	defer later.stop()
	changed := []ChangedService{}
	old, fresh := base.next(), later.next()
	for old != nil && fresh != nil {
		switch order := old.at.comparePlace(fresh.at); {
		case order < 0:
			old = base.next()
		case order > 0:
			fresh = later.next()
		default:
			if old.service != fresh.service {
				fresh.at.Target = fresh.target
				changed = append(changed, ChangedService{Endpoint: fresh.at, Before: old.service, Now: fresh.service})
			}
			old, fresh = base.next(), later.next()
		}
	}
	return changed, errors.Join(base.err, later.err)
}

// placed is what is said at a place.
type placed struct {
	at Endpoint
	said
}

// places takes sayings together that are of one place.
type places struct {
	pull  func() (Saying, error, bool)
	stop  func()
	ahead *Saying // the first of the next place; nil at the end
	err   error
}

func newPlaces(all iter.Seq2[Saying, error]) *places {
	p := &places{}
	p.pull, p.stop = iter.Pull2(all)
	p.advance()
	return p
}

func (p *places) advance() {
	one, err, ok := p.pull()
	if p.ahead = &one; !ok || err != nil {
		p.ahead, p.err = nil, err
	}
}

// next gives the next place, nil at the end.
func (p *places) next() *placed {
	if p.ahead == nil {
		return nil
	}
	one := &placed{at: p.ahead.place()}
	for p.ahead != nil && p.ahead.place() == one.at {
		one.take(p.ahead)
		p.advance()
	}
	return one
}
