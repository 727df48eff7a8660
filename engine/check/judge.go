package check

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// Judge gives the findings of all checks on one response, by rule; none is an
// empty list. Dates are compared with the time at which the response was seen.
// The error is that of a response that has no JSON form.
func (l *Library) Judge(response engine.Response) ([]engine.Finding, error) {
	data, err := json.Marshal(response)
	if err != nil {
		return nil, fmt.Errorf("judge %s: %w", response.URI, err)
	}
	var doc map[string]any
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("judge %s: %w", response.URI, err)
	}
	at := seenAt(&response)
	words := query.NewDocument(doc, at)
	findings := []engine.Finding{}
	for i := range l.checks {
		if c := &l.checks[i]; c.matches(doc, words) && c.isAged(doc, at) {
			findings = append(findings, c.finding(&response, doc))
		}
	}
	return findings, nil
}

// seenAt is the zero time for a response that does not say.
func seenAt(r *engine.Response) time.Time {
	at, err := time.Parse(time.RFC3339, r.LastUpdate)
	if err != nil {
		return time.Time{}
	}
	return at
}

func (c *Check) matches(doc map[string]any, words *query.Document) bool {
	for _, member := range c.needs {
		if _, ok := doc[member]; !ok {
			return false
		}
	}
	if !c.Query.MatchDocument(words) {
		return false
	}
	for i := range c.Confirm {
		if !c.Confirm[i].holds(doc) {
			return false
		}
	}
	return true
}

// isAged reports whether the release of a product is as the check asks, if it does.
func (c *Check) isAged(doc map[string]any, at time.Time) bool {
	return c.Aging == AgingNot || len(c.Aging.tells(doc, at)) > 0
}

func (c *Check) finding(r *engine.Response, doc map[string]any) engine.Finding {
	target := engine.Target(r.Target.Domain)
	if target == "" {
		target = engine.Target(r.Target.IP)
	}
	return engine.Finding{
		Fingerprint: engine.Fingerprint(c.ID, target, r.Port, r.Protocol, r.Path),
		Rule:        c.ID,
		Title:       c.Title,
		Severity:    c.Severity,
		CVSS:        c.CVSS,
		Target:      target,
		Host:        r.Host,
		IP:          r.IP,
		Port:        r.Port,
		Transport:   r.Transport,
		Protocol:    r.Protocol,
		Path:        r.Path,
		URI:         r.URI,
		Evidence:    c.evidence(doc, seenAt(r)),
		Description: c.description(),
		Remedy:      c.remedy(),
		References:  c.References,
		CWE:         c.CWE,
		Tags:        c.Tags,
	}
}

// joinParagraphs leaves out what is empty.
func joinParagraphs(texts ...string) string {
	var kept []string
	for _, text := range texts {
		if text = strings.TrimRight(text, " \n"); text != "" {
			kept = append(kept, text)
		}
	}
	return strings.Join(kept, "\n\n")
}

// indent marks lines as Markdown marks code.
func indent(text string) string {
	if text = strings.TrimRight(text, " \n"); text == "" {
		return ""
	}
	return "    " + strings.ReplaceAll(text, "\n", "\n    ")
}
