package domain

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/miekg/dns"
)

// TLSA ties the certificate of a mail host or a web server to the DNS (RFC 6698).
type TLSA struct {
	Name     string `json:"name"` // "_25._tcp.mail.example.com"
	Usage    int    `json:"usage"`
	Selector int    `json:"selector"`
	Matching int    `json:"matching_type"`
	Data     string `json:"data"`
	Error    string `json:"error,omitempty"` // why nobody can use it
}

// maxHosts is how many mail hosts are asked about.
const maxHosts = 4

// The words of RFC 6698 section 7.
const (
	matchFull, matchSHA256, matchSHA512 = 0, 1, 2
	usageTrusted, usageOwn              = 2, 3 // DANE-TA and DANE-EE
)

// learnTLSA looks for the records of the name's web server and of its mail hosts.
// Whether a server shows that certificate is not asked.
func (x *examination) learnTLSA(ctx context.Context) []TLSA {
	names := []string{"_443._tcp." + x.name}
	for _, host := range x.block.MX[:min(len(x.block.MX), maxHosts)] {
		names = append(names, "_25._tcp."+dns.Fqdn(host))
	}
	var all []TLSA
	for _, name := range slices.Compact(names) {
		all = append(all, x.tlsaOf(ctx, name)...)
	}
	return all
}

func (x *examination) tlsaOf(ctx context.Context, name string) []TLSA {
	a := x.ask(ctx, name, dns.TypeTLSA)
	if a.state != present {
		return nil
	}
	signed := x.verdictOn(ctx, name, dns.TypeTLSA)
	var list []TLSA
	for _, rr := range a.some() {
		record, ok := rr.(*dns.TLSA)
		if !ok {
			continue
		}
		t := readTLSA(record)
		t.Name = dotless(name)
		if t.Error == "" && signed.State != "" && signed.State != Secure { // RFC 7672 section 2.2
			t.Error = "it is not signed, and so does not count"
		}
		list = append(list, t)
	}
	return list
}

func readTLSA(r *dns.TLSA) TLSA {
	t := TLSA{Usage: int(r.Usage), Selector: int(r.Selector), Matching: int(r.MatchingType), Data: clip(strings.ToLower(r.Certificate))}
	length := map[uint8]int{matchSHA256: 64, matchSHA512: 128}[r.MatchingType] // hexadecimal digits
	switch {
	case r.Usage > usageOwn || r.Selector > 1 || r.MatchingType > matchSHA512:
		t.Error = "it has numbers that mean nothing"
	case length > 0 && len(r.Certificate) != length:
		t.Error = fmt.Sprintf("its hash has %d hexadecimal digits instead of %d", len(r.Certificate), length)
	case r.MatchingType == matchFull && len(r.Certificate) < 64:
		t.Error = "it is too short for a certificate or a key"
	case strings.HasPrefix(r.Hdr.Name, "_25.") && r.Usage < usageTrusted: // RFC 7672 section 3.1.3
		t.Error = "its usage is not for mail"
	}
	return t
}
