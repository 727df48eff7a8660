package client

import (
	"context"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// findingsPage is how many findings are asked for at a time, the most there are on a page.
const findingsPage = 1000

// FindingRequest selects findings of a scan; what is empty selects nothing away.
type FindingRequest struct {
	ScanID      engine.ScanID
	MinSeverity engine.Severity
	Rules       []string // ids of checks
	Hosts       []string // names or addresses
	Ports       []int
	Limit       int // how many to give; 0 is all
	Offset      int // how many to leave out first
}

// FindingPage is what was asked for. Total and the severities in Counts are of all
// findings that pass, however many of them are given here; hosts, ports and failed
// tasks in Counts are of the whole scan.
type FindingPage struct {
	Findings []engine.Finding `json:"findings"`
	Total    int              `json:"total"`
	Counts   engine.Summary   `json:"counts"`
}

// Findings gives findings of a scan, worst first.
func (c *Client) Findings(ctx context.Context, r FindingRequest) (FindingPage, error) {
	var last FindingPage
	shared := sharedTexts{}
	all, err := gather(r.Limit, r.Offset, func(there int) (_ []engine.Finding, total int, err error) {
		last, err = c.findings(ctx, r, there)
		shared.share(last.Findings)
		return last.Findings, last.Total, err
	})
	if err != nil {
		return FindingPage{}, err
	}
	last.Findings = all
	return last, nil
}

// sharedTexts keeps each text of a check once: a hundred thousand findings are of a
// hundred checks.
type sharedTexts map[string]string

func (s sharedTexts) share(findings []engine.Finding) {
	for i := range findings {
		f := &findings[i]
		for _, text := range []*string{&f.Rule, &f.Title, &f.Description, &f.Remedy, &f.Protocol, &f.Transport} {
			if known, ok := s[*text]; ok {
				*text = known
			} else {
				s[*text] = *text
			}
		}
	}
}

// gather asks for page after page of a list, from offset on, until there are limit items,
// 0 for all, or no more are to come. ask gets how many are there already.
func gather[T any](limit, offset int, ask func(there int) (items []T, total int, err error)) ([]T, error) {
	var all []T
	for {
		items, total, err := ask(len(all))
		if err != nil {
			return nil, err
		}
		all = append(all, items...)
		if len(items) == 0 || limit > 0 && len(all) >= limit || offset+len(all) >= total {
			return all, nil
		}
	}
}

// findings asks for the page after those that are already there.
func (c *Client) findings(ctx context.Context, r FindingRequest, there int) (page FindingPage, err error) {
	limit := findingsPage
	if r.Limit > 0 {
		limit = min(limit, r.Limit-there)
	}
	parameters := url.Values{
		"limit":  {strconv.Itoa(limit)},
		"offset": {strconv.Itoa(r.Offset + there)},
	}
	set(parameters, "min_severity", string(r.MinSeverity))
	set(parameters, "rules", strings.Join(r.Rules, ","))
	set(parameters, "hosts", strings.Join(r.Hosts, ","))
	set(parameters, "ports", commaList(r.Ports))
	err = c.call(ctx, get(scanPath(r.ScanID)+"findings/", parameters), &page)
	return page, err
}

// OpenPorts gives the open ports a scan has seen, by address and port.
func (c *Client) OpenPorts(ctx context.Context, id engine.ScanID) ([]engine.Endpoint, error) {
	var answer struct {
		Ports []engine.Endpoint `json:"ports"`
	}
	err := c.call(ctx, get(scanPath(id)+"ports/", nil), &answer)
	return answer.Ports, err
}

// AnsweredHosts gives every address that answered a scan, with or without an open port.
func (c *Client) AnsweredHosts(ctx context.Context, id engine.ScanID) ([]netip.Addr, error) {
	var answer struct {
		Hosts []netip.Addr `json:"hosts"`
	}
	err := c.call(ctx, get(scanPath(id)+"hosts/", nil), &answer)
	return answer.Hosts, err
}

// set leaves out what is empty.
func set(parameters url.Values, name, value string) {
	if value != "" {
		parameters.Set(name, value)
	}
}

// commaList gives "5,6".
func commaList[N ~int | ~int64](numbers []N) string {
	items := make([]string, len(numbers))
	for i, n := range numbers {
		items[i] = strconv.FormatInt(int64(n), 10)
	}
	return strings.Join(items, ",")
}
