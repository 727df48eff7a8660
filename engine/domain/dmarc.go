package domain

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/miekg/dns"
)

// DMARC is what receivers are asked to do with mail that is not authentic (RFC 7489).
type DMARC struct {
	State     string   `json:"state"` // "none", "valid", "multiple" or "error"
	Record    string   `json:"record,omitempty"`
	Inherited string   `json:"inherited_from,omitempty"` // the name above that has the record
	Policy    string   `json:"policy,omitempty"`         // none, quarantine or reject
	Below     string   `json:"subdomain_policy,omitempty"`
	Effective string   `json:"effective_policy,omitempty"` // for this very name
	Percent   int      `json:"pct,omitempty"`
	Reports   []string `json:"rua,omitempty"`
	Error     string   `json:"error,omitempty"`

	suffix string // "y" where the name is a public suffix, "n" where it is an organisation's (psd)
}

const (
	dmarcVersion = "DMARC1"
	// maxWalk is how many labels a name has on the second step up the tree, so that a
	// long name does not cost many questions (draft-ietf-dmarc-dmarcbis section 4.10).
	maxWalk = 7
)

// learnDMARC looks at the name and then up the tree for the record that applies, which
// finds what RFC 7489 does without a list of suffixes. It is nil if that is not known.
func (x *examination) learnDMARC(ctx context.Context) *DMARC {
	applies := &DMARC{State: None}
	for at := x.name; at != "."; at = above(at) {
		a := x.ask(ctx, "_dmarc."+at, dns.TypeTXT)
		if a.state == unknown {
			return nil
		}
		records := withVersion(a.texts(), dmarcVersion)
		if len(records) == 0 && at == x.name {
			records = nearly(a.texts(), dmarcVersion)
		}
		if len(records) == 0 {
			continue
		}
		d := readDMARC(records)
		if d.suffix == "y" && applies.State != None { // of a registry, which is asked last
			break
		}
		applies = d.apply(dotless(at), at != x.name)
		if at == x.name || d.suffix == "n" {
			break
		}
	}
	return applies
}

// above gives the next name of the walk up the tree.
func above(name string) string {
	labels := strings.Split(strings.TrimSuffix(name, "."), ".")
	labels = labels[max(1, len(labels)-maxWalk):]
	return dns.Fqdn(strings.Join(labels, "."))
}

// nearly gives records that were meant to be of a version, but are not.
func nearly(records []string, version string) []string {
	var list []string
	for _, record := range records {
		if strings.Contains(strings.ToLower(record), strings.ToLower(version)) {
			list = append(list, record)
		}
	}
	return list
}

// readDMARC reads the records of one name.
func readDMARC(records []string) *DMARC {
	if len(records) > 1 { // RFC 7489 section 6.6.3: as if there were none
		return &DMARC{State: Multiple, Record: clip(records[0]), Error: "there are several records"}
	}
	d := &DMARC{State: Valid, Record: clip(records[0]), Percent: 100}
	if err := d.read(records[0]); err != nil {
		d.State, d.Error = Wrong, clip(err.Error())
	}
	return d
}

func (d *DMARC) read(record string) error {
	list, err := readTags(record)
	if err != nil {
		return err
	}
	if len(withVersion([]string{record}, dmarcVersion)) == 0 {
		return errors.New("it does not begin with v=DMARC1")
	}
	d.Policy, d.Below = clip(strings.ToLower(list.get("p"))), clip(strings.ToLower(list.get("sp")))
	d.Reports, d.suffix = addresses(list.get("rua")), strings.ToLower(list.get("psd"))
	if d.Policy == "" && len(d.Reports) > 0 { // RFC 7489 section 6.6.3
		d.Policy = "none"
	}
	if !isPolicy(d.Policy) {
		return fmt.Errorf("p=%s is no policy", d.Policy)
	}
	if d.Below != "" && !isPolicy(d.Below) {
		return fmt.Errorf("sp=%s is no policy", d.Below)
	}
	if percent := list.get("pct"); percent != "" {
		n, err := strconv.Atoi(percent)
		if err != nil || n < 0 || n > 100 {
			return fmt.Errorf("pct=%s is no percentage", percent)
		}
		d.Percent = n
	}
	for _, address := range d.Reports {
		if !strings.Contains(address, ":") {
			return fmt.Errorf("rua=%s is no URI", address)
		}
	}
	return nil
}

func isPolicy(word string) bool {
	return slices.Contains([]string{"none", "quarantine", "reject"}, word)
}

// apply says what the record of a name means for this one.
func (d *DMARC) apply(at string, isInherited bool) *DMARC {
	d.Effective = d.Policy
	if !isInherited {
		return d
	}
	d.Inherited = at
	if d.Below != "" {
		d.Effective = d.Below
	}
	return d
}

func addresses(list string) []string {
	var all []string
	for address := range strings.SplitSeq(list, ",") {
		if address = clip(strings.TrimSpace(address)); address != "" && len(all) < maxRecords {
			all = append(all, address)
		}
	}
	return all
}
