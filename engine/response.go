package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"strconv"
	"time"
)

// Response is what a probe learnt from one endpoint, or the DNS says of a name: one
// document of the private scanner API (contract part 4), unique by URI within a scan. Its typed
// members are common to all documents; the block of each protocol ("http",
// "certificate", "ssh" …) stands in Blocks under its member name, so that a new
// probe needs no change here.
type Response struct {
	URI        string         `json:"uri"` // protocol://host:port[/path]
	Host       string         `json:"host"`
	HostType   string         `json:"host_type"`    // "ip" or "domain"
	IP         string         `json:"ip,omitempty"` // none in the document of a domain
	Port       int            `json:"port,omitempty"`
	Transport  string         `json:"prot4"`    // "tcp" or "udp"
	Base       string         `json:"prot7"`    // base protocol: "http", "ssh"
	Protocol   string         `json:"protocol"` // with its variant: "https", "dns_tcp"
	Path       string         `json:"path,omitempty"`
	Target     ResponseTarget `json:"target"`
	Referer    []string       `json:"referer"`
	Domain     []string       `json:"domain"`
	PTR        []string       `json:"ptr"`
	Tags       []Tag          `json:"tag,omitempty"`
	CVEs       []CVE          `json:"cve,omitempty"` // of the software in Tags, see [CVE]
	ScanDate   string         `json:"scan_date"`     // YYYY-MM-DD
	Iteration  string         `json:"iteration"`
	LastUpdate string         `json:"last_updated"` // RFC 3339 with milliseconds, UTC
	Timestamp  string         `json:"@timestamp"`

	Blocks map[string]any `json:"-" shape:"members"` // flattened beside the members above
}

// ResponseTarget is the scan's target a response belongs to, before redirects.
type ResponseTarget struct {
	Type   string `json:"type"` // "ip" or "domain"
	IP     string `json:"ip,omitempty"`
	Domain string `json:"domain,omitempty"`
}

// Tag names a software product seen in a response.
type Tag struct {
	Name     string   // "nginx"
	FullName string   // "nginx"
	Category []string // "Web servers"
	CPE      []string
	Version  string // empty when it could not be told
}

// tagShape is the JSON form of a tag.
type tagShape struct {
	Name        string   `json:"name"`
	FullName    string   `json:"fullname"`
	Category    []string `json:"category"`
	Description string   `json:"description"`
	CPE         []string `json:"cpe"`

	Versions map[string]any `json:"-" shape:"members"` // the version, under the tag's own name
}

// JSONShape gives a value with the members of the tag's JSON form.
func (Tag) JSONShape() any { return tagShape{} }

// MarshalJSON gives the tag with its version under its own name, as queries
// such as tag.nginx.version:<1.25 need it.
func (t Tag) MarshalJSON() ([]byte, error) {
	object := map[string]any{
		"name": t.Name, "fullname": t.FullName, "category": emptyNotNull(t.Category), "description": "", "cpe": emptyNotNull(t.CPE),
		t.Name: map[string]string{"version": t.Version},
	}
	return json.Marshal(object)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (t *Tag) UnmarshalJSON(data []byte) error {
	var known struct {
		Name     string   `json:"name"`
		FullName string   `json:"fullname"`
		Category []string `json:"category"`
		CPE      []string `json:"cpe"`
	}
	if err := json.Unmarshal(data, &known); err != nil {
		return err
	}
	*t = Tag{Name: known.Name, FullName: known.FullName, Category: known.Category, CPE: known.CPE}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		return err
	}
	var version struct {
		Version string `json:"version"`
	}
	if err := json.Unmarshal(members[t.Name], &version); err == nil {
		t.Version = version.Version
	}
	return nil
}

// NewResponse fills what every document of an endpoint has. protocol is the
// protocol with its variant, path is for HTTP only.
func NewResponse(e Endpoint, base, protocol, path string, at time.Time) Response {
	at = at.UTC()
	stamp := at.Format("2006-01-02T15:04:05.000Z")
	r := Response{
		Host: e.Host(), HostType: hostType(e.Name), IP: e.Addr.String(), Port: int(e.Port),
		Transport: e.Transport, Base: base, Protocol: protocol, Path: path,
		Target:   ResponseTarget{Type: "ip", IP: e.Addr.String()},
		ScanDate: at.Format(time.DateOnly), Iteration: "0", LastUpdate: stamp, Timestamp: stamp,
		Blocks: map[string]any{},
	}
	if e.Target.Kind() == TargetDomain {
		r.Target = ResponseTarget{Type: "domain", Domain: string(e.Target.Canonical())}
	}
	r.URI = fmt.Sprintf("%s://%s%s", protocol, net.JoinHostPort(r.Host, strconv.Itoa(r.Port)), path)
	return r
}

// DomainProtocol is the protocol of the document of a domain.
const DomainProtocol = "domain"

// NewDomainResponse fills what the document of a domain has: what the DNS says of a name
// belongs to no address and no port. Its URI is "domain://example.com".
func NewDomainResponse(t Target, at time.Time) Response {
	name := string(t.Canonical())
	r := NewResponse(Endpoint{Target: t, Name: name, Transport: UDP}, DomainProtocol, DomainProtocol, "", at)
	r.IP, r.Port, r.URI, r.Domain = "", 0, DomainProtocol+"://"+name, []string{name}
	return r
}

func hostType(name string) string {
	if name == "" {
		return "ip"
	}
	return "domain"
}

// Key identifies the document within its index: the same thing seen again has
// the same key, whatever it answered.
func (r *Response) Key() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s\x00%s", r.URI, r.IP, r.Transport, r.Target.IP+r.Target.Domain))
	return hex.EncodeToString(sum[:16])
}

// responseFields is Response without its methods.
type responseFields Response

// JSONShape gives a value with the members of the document that every one has.
func (Response) JSONShape() any { return responseFields{} }

// MarshalJSON gives the whole document, blocks included.
func (r Response) MarshalJSON() ([]byte, error) {
	r.Referer, r.Domain, r.PTR = emptyNotNull(r.Referer), emptyNotNull(r.Domain), emptyNotNull(r.PTR)
	fields, err := json.Marshal(responseFields(r))
	if err != nil || len(r.Blocks) == 0 {
		return fields, err
	}
	blocks, err := json.Marshal(r.Blocks)
	if err != nil {
		return nil, err
	}
	fields[len(fields)-1] = ','
	return append(fields, blocks[1:]...), nil
}

// UnmarshalJSON reads a document; members it does not know become blocks.
func (r *Response) UnmarshalJSON(data []byte) error {
	var fields responseFields
	if err := json.Unmarshal(data, &fields); err != nil {
		return err
	}
	if err := json.Unmarshal(data, &fields.Blocks); err != nil {
		return err
	}
	known, err := json.Marshal(responseFields{IP: "::", Port: 1, Path: "/", Tags: []Tag{{}}, CVEs: []CVE{{}}})
	if err != nil {
		return err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(known, &members); err != nil {
		return err
	}
	for name := range members {
		delete(fields.Blocks, name)
	}
	*r = Response(fields)
	return nil
}

func emptyNotNull(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
