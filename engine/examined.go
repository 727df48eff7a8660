package engine

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Examined are the names of which a scan learnt something from the DNS, in canonical
// form, each with what was asked about it and not answered: "TXT _dmarc.example.com".
type Examined map[Target][]string

// What the lines begin with of what was asked in other ways than of a resolver; few rules
// are about it, and it may stay unanswered for good.
const (
	UnansweredServer = "server " // a name server of the zone, asked itself
	UnansweredPolicy = "policy " // of MTA-STS, from a web server
)

// Learn reads the JSON of a [Response] about a name.
func (e Examined) Learn(data json.RawMessage) error {
	var d struct {
		Host Target `json:"host"`
		DNS  struct {
			Unanswered []string `json:"unanswered"`
		} `json:"dns"`
	}
	if err := json.Unmarshal(data, &d); err != nil {
		return fmt.Errorf("read document of a domain: %w", err)
	}
	e[d.Host.Canonical()] = d.DNS.Unanswered
	return nil
}

// tells reports whether what a rule is about was answered for a name.
func (e Examined) tells(rule string, name Target) bool {
	unanswered, ok := e[name.Canonical()]
	return ok && !slices.ContainsFunc(unanswered, func(question string) bool { return concerns(question, rule) })
}

// concerns reports whether a rule may be about a question. Of the answers of resolvers any
// may be: a record that is not known to be there is missed by rules about other ones.
func concerns(question, rule string) bool {
	isOf := func(families ...string) bool {
		return slices.ContainsFunc(families, func(f string) bool { return strings.HasPrefix(rule, f) })
	}
	switch {
	case strings.HasPrefix(question, UnansweredServer):
		return isOf("dns.ns-", "dns.axfr-", "dns.dnssec-")
	case strings.HasPrefix(question, UnansweredPolicy):
		return isOf("dns.mta-sts-")
	}
	return true
}
