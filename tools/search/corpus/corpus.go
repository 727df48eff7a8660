// Package corpus makes up response documents, about 1 KB each, the same ones
// every time: a place of the web with its page, certificate, products and
// known flaws. Begin with [Response].
//
// It is for measuring, not for testing: every field looks like what scans
// find, and no value is chosen to be difficult.
package corpus

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// seed makes the documents the same ones everywhere.
const seed = 0x706f72746f6c616e

// Response gives document n, counted from 0. It depends on n alone.
func Response(n int) engine.Response {
	m := maker{rand.New(rand.NewPCG(seed, uint64(n))), n}
	e := m.endpoint()
	protocol := "http"
	if e.Port%1000 == 443 {
		protocol = "https"
	}
	start := time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC)
	r := engine.NewResponse(e, "http", protocol, m.path(), start.Add(time.Duration(n)*7*time.Millisecond))
	r.Domain = []string{r.Host}
	r.Tags = m.tags()
	r.Blocks["geo"] = m.geo()
	r.Blocks["http"] = m.http()
	if protocol == "https" {
		r.Blocks["certificate"] = m.certificate(r.Host)
	}
	if m.chance(150) {
		r.Blocks["cve"] = m.cves()
	}
	return r
}

// Responses gives the documents from first up to and without end.
func Responses(first, end int) []engine.Response {
	responses := make([]engine.Response, 0, end-first)
	for n := first; n < end; n++ {
		responses = append(responses, Response(n))
	}
	return responses
}

// maker makes up one document.
type maker struct {
	*rand.Rand
	n int
}

// chance is true in so many of 1,000 cases.
func (m maker) chance(perMille int) bool { return m.IntN(1000) < perMille }

func (m maker) one(of []string) string { return of[m.IntN(len(of))] }

// often takes from the front of a list more often than from its end, as words
// and products are found: the first of n about n times as often as the last.
func (m maker) often(of []string) string {
	x := m.Float64()
	return of[int(x*x*float64(len(of)))]
}

func (m maker) hex(bytes int) string {
	const digits = "0123456789abcdef"
	text := make([]byte, 2*bytes)
	for i := range text {
		text[i] = digits[m.IntN(16)]
	}
	return string(text)
}

func (m maker) endpoint() engine.Endpoint {
	ports := []uint16{443, 443, 443, 443, 80, 80, 80, 8080, 8443, 9443}
	e := engine.Endpoint{Addr: m.addr(), Port: ports[m.IntN(len(ports))], Transport: engine.TCP}
	e.Name = m.host()
	e.Target = engine.Target(e.Name)
	return e
}

// addr lies in 10.0.0.0/8 for a quarter of the documents.
func (m maker) addr() netip.Addr {
	if m.chance(30) {
		addr := [16]byte{0x20, 0x01, 0x0d, 0xb8, 15: byte(m.n)}
		addr[13], addr[14] = byte(m.n>>16), byte(m.n>>8)
		return netip.AddrFrom16(addr)
	}
	first := byte(10)
	if !m.chance(257) {
		first = byte(20 + m.IntN(180))
	}
	return netip.AddrFrom4([4]byte{first, byte(m.IntN(256)), byte(m.IntN(256)), byte(m.IntN(256))})
}

// host is below example.com for 8 in 1,000 documents.
func (m maker) host() string {
	domain := "example.com"
	if !m.chance(8) {
		domain = m.often(words()) + m.one(words()) + m.one([]string{".net", ".org", ".test", ".example"})
	}
	return fmt.Sprintf("%s-%d.%s", m.one(labels()), m.n, domain)
}

func (m maker) path() string {
	if m.chance(700) {
		return "/"
	}
	return "/" + m.often(words()) + "/" + m.one(words())
}
