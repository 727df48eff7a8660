package engine

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Service is what speaks at an open port, as far as could be told. Its texts come from
// the scanned host and are hostile.
type Service struct {
	Protocol string `json:"protocol"` // with its variant: "https"
	Product  string `json:"product"`
	Version  string `json:"version"`
}

// Services is what speaks where, of one scan, learnt from its documents in any order. A
// place has a name where a document has one, as web servers answer each differently.
// The zero Services knows nothing.
type Services struct {
	at map[Endpoint]*sayings // places without a target
}

// sayings is what the documents of one place say best: the one with the shortest path
// before the others.
type sayings struct {
	service       Service
	target        Target
	place, naming rank // of the document that told the protocol, and the product
}

// rank orders documents of one place by how much they say about it, the best first.
type rank struct {
	path int
	uri  string
}

func (r rank) before(s rank) bool {
	return cmp.Or(cmp.Compare(r.path, s.path), strings.Compare(r.uri, s.uri)) < 0
}

// document is the part of a [Response] that tells a service: reading all of one takes
// several times as long.
type document struct {
	URI       string         `json:"uri"`
	Host      string         `json:"host"`
	IP        string         `json:"ip"`
	Port      uint16         `json:"port"`
	Transport string         `json:"prot4"`
	Protocol  string         `json:"protocol"`
	Path      string         `json:"path"`
	Target    ResponseTarget `json:"target"`
	Tags      []Tag          `json:"tag"`
	software
}

// Learn reads the JSON of a [Response].
func (s *Services) Learn(data json.RawMessage) error {
	var d document
	var odd *json.UnmarshalTypeError // a member that says nothing about a product; the others are read
	if err := json.Unmarshal(data, &d); err != nil && !errors.As(err, &odd) {
		return fmt.Errorf("read document: %w", err)
	}
	if d.Protocol == DomainProtocol { // it is about a name, where nothing speaks
		return nil
	}
	addr, err := netip.ParseAddr(d.IP)
	if err != nil {
		return fmt.Errorf("read document %s: %w", d.URI, err)
	}
	place := Endpoint{Addr: addr.Unmap(), Port: d.Port, Transport: d.Transport}
	if d.Host != d.IP {
		place.Name = d.Host
	}
	if s.at == nil {
		s.at = map[Endpoint]*sayings{}
	}
	if s.at[place] == nil {
		s.at[place] = &sayings{}
	}
	s.at[place].learn(&d)
	return nil
}

func (s *sayings) learn(d *document) {
	r := rank{path: len(d.Path), uri: d.URI}
	if s.service.Protocol == "" || r.before(s.place) {
		s.service.Protocol, s.place = d.Protocol, r
		s.target = Target(cmp.Or(d.Target.Domain, d.Target.IP))
	}
	product, version := d.product(d.Tags)
	if product != "" && (s.service.Product == "" || r.before(s.naming)) {
		s.service.Product, s.service.Version, s.naming = product, version, r
	}
}

// ServedPort is an open port and what speaks there; nothing in Service where that could
// not be told.
type ServedPort struct {
	Endpoint
	Service
}

// At gives what speaks at an endpoint: under its name, or whatever the name is.
func (s Services) At(e Endpoint) Service {
	place := e.port()
	place.Name = e.Name
	for _, at := range []Endpoint{place, e.port()} {
		if said, ok := s.at[at]; ok {
			return said.service
		}
	}
	return Service{}
}

// changedTo gives what speaks otherwise now at places where something speaks in both,
// in order.
func (s Services) changedTo(now Services) []ChangedService {
	changed := []ChangedService{}
	for place, before := range s.at {
		after, ok := now.at[place]
		if !ok || before.service == after.service {
			continue
		}
		place.Target = after.target
		changed = append(changed, ChangedService{Endpoint: place, Before: before.service, Now: after.service})
	}
	slices.SortFunc(changed, func(a, b ChangedService) int {
		return cmp.Or(a.compare(b.Endpoint), strings.Compare(a.Name, b.Name))
	})
	return changed
}
