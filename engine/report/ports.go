package report

import (
	"cmp"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Port is one open port and what was learnt about it. Protocol, Product and
// Version are empty where nothing was. Its JSON form is part of reports.
type Port struct {
	Host      string `json:"host"` // the name it was found by, else the address
	IP        string `json:"ip"`
	Port      int    `json:"port"`
	Transport string `json:"transport"`
	Protocol  string `json:"protocol"` // with its variant: "https"
	Product   string `json:"product"`
	Version   string `json:"version"`
	URI       string `json:"uri"` // of the document that says so
}

// Ports joins open endpoints and the documents learnt from them into one row for
// each port, sorted. A document whose endpoint is not among open, as after a
// redirect to elsewhere, has a row of its own.
func Ports(open []engine.Endpoint, documents []engine.Response) []Port {
	t := portTable{rows: map[portKey]*Port{}, byAddress: map[portKey][]*Port{}}
	for _, e := range open {
		t.row(portKey{e.Host(), e.Addr.String(), e.Transport, int(e.Port)})
	}
	documents = slices.SortedFunc(slices.Values(documents), compareDocuments)
	for i := range documents {
		if documents[i].Port != 0 { // else it is about a name, not about a service
			t.learn(&documents[i])
		}
	}
	ports := make([]Port, 0, len(t.rows))
	for _, row := range t.rows {
		ports = append(ports, *row)
	}
	slices.SortFunc(ports, Port.compare)
	return ports
}

// portKey tells ports apart. Names of one address are hosts of their own, as web
// servers answer each differently.
type portKey struct {
	host, ip, transport string
	port                int
}

// portTable finds rows by host and by address alone.
type portTable struct {
	rows      map[portKey]*Port
	byAddress map[portKey][]*Port // under a key without host
}

// row gives the row of a port, a new one if there is none.
func (t *portTable) row(key portKey) *Port {
	if row, ok := t.rows[key]; ok {
		return row
	}
	row := &Port{Host: key.host, IP: key.ip, Port: key.port, Transport: key.transport}
	t.rows[key] = row
	key.host = ""
	t.byAddress[key] = append(t.byAddress[key], row)
	return row
}

// learn puts a document into its row. Most protocols carry no name: what their
// documents say of an address is true of each name it was found by.
func (t *portTable) learn(d *engine.Response) {
	rows := t.byAddress[portKey{"", d.IP, d.Transport, d.Port}]
	if d.Host != d.IP || len(rows) == 0 {
		rows = []*Port{t.row(portKey{d.Host, d.IP, d.Transport, d.Port})}
	}
	for _, row := range rows {
		row.learn(d)
	}
}

// compareDocuments puts the document that says most about its port first: the
// start page before the other paths of a web server.
func compareDocuments(a, b engine.Response) int {
	return cmp.Or(len(a.Path)-len(b.Path), strings.Compare(a.URI, b.URI), strings.Compare(a.IP, b.IP))
}

// learn fills what earlier documents of the same port left empty.
func (p *Port) learn(d *engine.Response) {
	if p.Protocol == "" {
		p.Protocol, p.URI = d.Protocol, d.URI
	}
	product, version := d.Product()
	if p.Product == "" || p.Product == product && p.Version == "" {
		p.Product, p.Version = product, version
	}
}

func (p Port) compare(q Port) int {
	return cmp.Or(compareHosts(p.Host, q.Host), p.Port-q.Port, compareHosts(p.IP, q.IP), strings.Compare(p.Transport, q.Transport))
}

// compareHosts orders addresses by number and before names.
func compareHosts(a, b string) int {
	x, errX := netip.ParseAddr(a)
	y, errY := netip.ParseAddr(b)
	switch {
	case errX == nil && errY == nil:
		return x.Compare(y)
	case errX == nil:
		return -1
	case errY == nil:
		return 1
	}
	return strings.Compare(a, b)
}

// place is where the port is, for a reader: "host:80", with the address behind it
// if the host is a name.
func (p Port) place() string {
	return placeOf(p.Host, p.IP, p.Port)
}

func placeOf(host, ip string, port int) string {
	place := endpointOf(host, port)
	if ip != "" && ip != host {
		place += " (" + clean(ip, maxShownText) + ")"
	}
	return place
}

// endpointOf is "host:80"; what is about a name itself has no port.
func endpointOf(host string, port int) string {
	if port == 0 {
		return clean(host, maxShownText)
	}
	return net.JoinHostPort(clean(host, maxShownText), strconv.Itoa(port))
}

// software is product and version as one text.
func (p Port) software() string {
	return clean(p.Product+" "+p.Version, maxShownText)
}
