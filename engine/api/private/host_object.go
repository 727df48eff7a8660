package private

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// hostObject is what the caller's scans know of a host (contract part 2.4). Members of
// addresses are missing of names and the other way round. Where the public service
// has a database that an engine has not, a member is there and empty.
type hostObject struct {
	Type   string `json:"type,omitzero" doc:"ip or domain"`
	IP     string `json:"ip,omitzero"`
	Domain string `json:"domain,omitzero"`

	Privacy      *hostPrivacy `json:"privacy,omitzero"`
	Organization *string      `json:"organization,omitzero"`
	Geo          *hostGeo     `json:"geo,omitzero"`
	DomainsCount *int         `json:"domains_count,omitzero"`
	Domains      []string     `json:"domains,omitzero"`
	PTR          []string     `json:"ptr,omitzero"`

	RelatedCount *int     `json:"related_domains_count,omitzero"`
	Related      []string `json:"related_domains,omitzero"`
	DNS          *hostDNS `json:"dns,omitzero"`

	Whois        *hostWhois        `json:"whois,omitzero"`
	Software     []hostSoftware    `json:"software,omitzero" doc:"what products answer where"`
	Ports        []hostPort        `json:"ports,omitzero" doc:"each once"`
	Certificates []json.RawMessage `json:"certificate,omitzero" doc:"those its services have shown, each once, the newest first"`
	FirstSeen    *string           `json:"fseen,omitzero" doc:"when the oldest of these documents was made; absent if there are none"`
	LastSeen     *string           `json:"lseen,omitzero" doc:"when the newest was"`
}

type hostPrivacy struct {
	VPN   bool `json:"is_vpn"`
	Proxy bool `json:"is_proxy"`
	Tor   bool `json:"is_tor"`
}

type hostGeo struct {
	Continent  string       `json:"continent"`
	Country    string       `json:"country"`
	Registered string       `json:"registered_country"`
	Location   hostLocation `json:"location"`
}

type hostLocation struct {
	Latitude  *float64 `json:"latitude"`
	Longitude *float64 `json:"longitude"`
	Accuracy  *int     `json:"accuracy_radius"`
	TimeZone  string   `json:"time_zone"`
}

type hostDNS struct {
	A     []string `json:"a"`
	TXT   []string `json:"txt"`
	MX    []string `json:"mx"`
	NS    []string `json:"ns"`
	CNAME []string `json:"cname"`
	Zone  string   `json:"zone"`
	Level int      `json:"level" doc:"labels of the name"`
}

type hostWhois struct {
	Abuse       string            `json:"abuse"`
	IP          *hostRange        `json:"ip,omitzero"`
	RelatedNets []json.RawMessage `json:"related_nets"`
	Net         map[string]any    `json:"net"`
	ASN         map[string]any    `json:"asn"`
}

type hostRange struct {
	From string `json:"gte"`
	To   string `json:"lte"`
}

type hostSoftware struct {
	URI string            `json:"uri"`
	Tag []json.RawMessage `json:"tag"`
}

type hostPort struct {
	Port     int    `json:"port"`
	Protocol string `json:"protocol"`
	Prot4    string `json:"prot4"`
	Prot7    string `json:"prot7"`
}

func newIPHost(ip string) *hostObject {
	h := newAnyHost()
	h.Type, h.IP, h.Privacy, h.Geo, h.Organization = "ip", ip, &hostPrivacy{}, &hostGeo{}, new(string)
	h.Domains, h.PTR = []string{}, []string{}
	h.Whois.IP = &hostRange{From: ip, To: ip}
	return h
}

func newDomainHost(name string) *hostObject {
	h := newAnyHost()
	h.Type, h.Domain, h.Related = "domain", name, []string{}
	h.DNS = &hostDNS{A: []string{}, TXT: []string{}, MX: []string{}, NS: []string{}, CNAME: []string{}, Zone: zone(name), Level: strings.Count(name, ".") + 1}
	return h
}

func newAnyHost() *hostObject {
	return &hostObject{
		Whois:    &hostWhois{RelatedNets: []json.RawMessage{}, Net: map[string]any{}, ASN: map[string]any{}},
		Software: []hostSoftware{}, Ports: []hostPort{}, Certificates: []json.RawMessage{},
	}
}

// zone is what a name is registered below, told by its last label.
func zone(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// hostDocument is what is read of a response.
type hostDocument struct {
	hostPort

	URI         string            `json:"uri"`
	IP          string            `json:"ip"`
	Host        string            `json:"host"`
	HostType    string            `json:"host_type"`
	Domain      []string          `json:"domain"`
	PTR         []string          `json:"ptr"`
	Tag         []json.RawMessage `json:"tag"`
	LastUpdated string            `json:"last_updated"`
	Certificate json.RawMessage   `json:"certificate"`
	DNS         hostDNS           `json:"dns"` // of the document of a domain
}

// add takes in what a document says. Documents come newest first.
func (h *hostObject) add(data json.RawMessage) error {
	var document hostDocument
	if err := json.Unmarshal(data, &document); err != nil {
		return err
	}
	if h.LastSeen == nil {
		h.LastSeen = &document.LastUpdated
	}
	h.FirstSeen = &document.LastUpdated
	if document.Port != 0 && !slices.Contains(h.Ports, document.hostPort) {
		h.Ports = append(h.Ports, document.hostPort)
	}
	if len(document.Tag) > 0 {
		h.Software = append(h.Software, hostSoftware{URI: document.URI, Tag: document.Tag})
	}
	if document.Certificate != nil && !slices.ContainsFunc(h.Certificates, func(c json.RawMessage) bool { return string(c) == string(document.Certificate) }) {
		h.Certificates = append(h.Certificates, document.Certificate)
	}
	h.addNames(document)
	return nil
}

// addNames takes in the names of an address, or the addresses and other names of a name.
func (h *hostObject) addNames(document hostDocument) {
	names := document.Domain
	if document.HostType == "domain" {
		names = append(names, document.Host)
	}
	if h.Type == "ip" {
		h.Domains, h.PTR = append(h.Domains, names...), append(h.PTR, document.PTR...)
		return
	}
	if document.IP != "" {
		h.DNS.A = append(h.DNS.A, document.IP)
	}
	if document.Protocol == engine.DomainProtocol && document.Host == h.Domain && h.isUnexamined() {
		h.DNS.learn(document.DNS)
	}
	for _, name := range names {
		if name != h.Domain {
			h.Related = append(h.Related, name)
		}
	}
}

// isUnexamined reports whether no document has said yet what the DNS says of the name.
func (h *hostObject) isUnexamined() bool {
	return len(h.DNS.TXT)+len(h.DNS.MX)+len(h.DNS.NS)+len(h.DNS.CNAME) == 0
}

// learn takes in what the DNS said when the name was examined.
func (d *hostDNS) learn(said hostDNS) {
	d.A = append(d.A, said.A...)
	d.TXT, d.MX = append(d.TXT, said.TXT...), append(d.MX, said.MX...)
	d.NS, d.CNAME = append(d.NS, said.NS...), append(d.CNAME, said.CNAME...)
}

// finish puts everything in order and counts it.
func (h *hostObject) finish() *hostObject {
	for _, list := range []*[]string{&h.Domains, &h.PTR, &h.Related} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	slices.SortFunc(h.Ports, func(a, b hostPort) int { return a.Port - b.Port })
	if h.Type == "ip" {
		count := len(h.Domains)
		h.DomainsCount = &count
		return h
	}
	slices.Sort(h.DNS.A)
	h.DNS.A = slices.Compact(h.DNS.A)
	count := len(h.Related)
	h.RelatedCount = &count
	return h
}
