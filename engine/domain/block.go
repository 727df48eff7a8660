package domain

import (
	"fmt"
	"strings"
)

// Block is the member "dns" of a response about a name. A member that is absent is not
// known: what no server answers for is not said to be missing.
type Block struct {
	Banner   string   `json:"banner"`                      // the block in one line
	Rcode    string   `json:"rcode"`                       // of the question for addresses
	Zone     string   `json:"zone,omitempty"`              // that the name is in: "example.com"
	Level    int      `json:"level"`                       // labels of the name
	Apex     bool     `json:"apex"`                        // the name is the top of its zone
	A        []string `json:"a,omitempty"`                 // addresses, as all that is above them
	AAAA     []string `json:"aaaa,omitempty"`              //
	Private  []string `json:"private_addresses,omitempty"` // those nobody outside can reach, that a public name server tells
	CNAME    []string `json:"cname,omitempty"`             // the names the chain leads to
	Dangling *Lost    `json:"dangling,omitempty"`          // the end of the chain, where it does not exist
	Wildcard *bool    `json:"wildcard,omitempty"`          // any name below has an address
	SOA      *SOA     `json:"soa,omitempty"`               // of the zone
	NS       []string `json:"ns,omitempty"`                // of the zone, where the name is its top; as all about servers
	NSCount  int      `json:"ns_count,omitempty"`          //
	Networks int      `json:"ns_networks,omitempty"`       // /24 of IPv4 and /48 of IPv6 that all of them are in; absent unless all are known
	Servers  []Server `json:"servers,omitempty"`           //
	Mail     string   `json:"mail,omitempty"`              // "mx", "null" (RFC 7505) or "none"
	MX       []string `json:"mx,omitempty"`                // hosts, the preferred first
	TXT      []string `json:"txt,omitempty"`               //
	SPF      *SPF     `json:"spf,omitempty"`               //
	DMARC    *DMARC   `json:"dmarc,omitempty"`             //
	DKIM     []DKIM   `json:"dkim,omitempty"`              // of selectors that are usual
	MTASTS   *MTASTS  `json:"mta_sts,omitempty"`           // RFC 8461
	TLSRPT   *Tagged  `json:"tls_rpt,omitempty"`           // RFC 8460
	TLSA     []TLSA   `json:"tlsa,omitempty"`              //
	CAA      *CAA     `json:"caa,omitempty"`               //
	DNSSEC   *DNSSEC  `json:"dnssec,omitempty"`            //

	// Unanswered is what was asked about the name and its zone, and not answered.
	Unanswered []string `json:"unanswered,omitempty"`
}

// Lost is a name that does not exist, where another points to.
type Lost struct {
	Target string `json:"target"`
	Free   bool   `json:"registrable"` // nor does the domain it is in, so anybody can register it
}

// SOA is a zone's start of authority.
type SOA struct {
	Primary string `json:"mname"`
	Contact string `json:"rname"`
	Serial  uint32 `json:"serial"`
	Minimum uint32 `json:"minimum"` // seconds
}

// Server is a name server of the zone.
type Server struct {
	Name      string   `json:"name"`
	Addresses []string `json:"addresses,omitempty"`
	State     string   `json:"state"`                  // see the constants
	Rcode     string   `json:"rcode,omitempty"`        // of its answer for the zone
	Transfer  bool     `json:"axfr"`                   // it gave the zone to us
	Records   int      `json:"axfr_records,omitempty"` // at most [maxTransfer]
}

// The states of a server.
const (
	ServerAnswers  = "answers" // with authority
	ServerLame     = "lame"    // without authority, or refuses
	ServerFree     = "free"    // its name does not exist, nor does the domain it is in: anybody can register that
	ServerMissing  = "missing" // its name does not exist
	ServerNowhere  = "nowhere" // its name has no address
	ServerSilent   = "silent"  // says nothing, which may be the way's fault
	ServerNotAsked = "unasked" // it is not to be asked, or its addresses are not known
)

// Tagged is a record of tags, of which no more is known than that it is there.
type Tagged struct {
	State  string `json:"state"` // "none", "valid" or "error"
	Record string `json:"record,omitempty"`
	Error  string `json:"error,omitempty"`
}

// The states of records that a name should have once.
const (
	None     = "none"
	Valid    = "valid"
	Multiple = "multiple"
	Wrong    = "error" // it breaks the rules of its kind
)

// summary is the block in one line.
func (b *Block) summary() string {
	var parts []string
	if len(b.NS) > 0 {
		parts = append(parts, "ns "+strings.Join(b.NS[:min(len(b.NS), 4)], " "))
	}
	if b.Mail != "" {
		parts = append(parts, strings.TrimSpace("mail "+b.Mail+" "+strings.Join(b.MX[:min(len(b.MX), 4)], " ")))
	}
	if b.SPF != nil {
		parts = append(parts, "spf "+b.SPF.State)
	}
	if b.DMARC != nil {
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("dmarc %s %s", b.DMARC.State, b.DMARC.Effective)))
	}
	if b.DNSSEC != nil {
		parts = append(parts, "dnssec "+b.DNSSEC.State)
	}
	return strings.Join(parts, "; ")
}
