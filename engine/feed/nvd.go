package feed

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/cpe"
)

// Limits of what is kept of an entry.
const (
	maxDescription  = 500 // characters
	maxExploitLinks = 5
	maxLink         = 300 // bytes
	maxCriteria     = 50_000
)

// nvdFlaw is one member "cve" of NVD's JSON 2.0, as its schema has it
// (https://csrc.nist.gov/schema/nvd/api/2.0/cve_api_json_2.0.schema).
type nvdFlaw struct {
	ID           string `json:"id"`
	LastModified string `json:"lastModified"`
	VulnStatus   string `json:"vulnStatus"`
	Descriptions []struct {
		Lang  string `json:"lang"`
		Value string `json:"value"`
	} `json:"descriptions"`
	Metrics struct {
		V40 []nvdMetric `json:"cvssMetricV40"`
		V31 []nvdMetric `json:"cvssMetricV31"`
		V30 []nvdMetric `json:"cvssMetricV30"`
		V2  []nvdMetric `json:"cvssMetricV2"`
	} `json:"metrics"`
	Configurations []nvdNode `json:"configurations"`
	References     []struct {
		URL  string   `json:"url"`
		Tags []string `json:"tags"`
	} `json:"references"`
}

// nvdMetric is a score; version 2 has its severity beside the data.
type nvdMetric struct {
	Type string `json:"type"` // "Primary" is NVD's own
	Data struct {
		BaseScore    *float64 `json:"baseScore"`
		BaseSeverity string   `json:"baseSeverity"`
	} `json:"cvssData"`
	BaseSeverity string `json:"baseSeverity"`
}

// nvdNode is a configuration or one of its nodes: the former has nodes, the latter matches.
type nvdNode struct {
	Operator string     `json:"operator"`
	Negate   bool       `json:"negate"`
	Nodes    []nvdNode  `json:"nodes"`
	Matches  []nvdMatch `json:"cpeMatch"`
}

// nvdMatch is a criterion.
type nvdMatch struct {
	Vulnerable     bool   `json:"vulnerable"`
	Criteria       string `json:"criteria"`
	StartIncluding string `json:"versionStartIncluding"`
	StartExcluding string `json:"versionStartExcluding"`
	EndIncluding   string `json:"versionEndIncluding"`
	EndExcluding   string `json:"versionEndExcluding"`
}

// flaw checks an entry and gives what is kept of it.
func (n *nvdFlaw) flaw() (Flaw, error) {
	id, err := ParseID(n.ID)
	if err != nil {
		return Flaw{}, err
	}
	modified, err := parseTime(n.LastModified)
	if err != nil {
		return Flaw{}, fmt.Errorf("%s: lastModified: %w", id, err)
	}
	f := Flaw{ID: id, Modified: modified, Rejected: strings.EqualFold(n.VulnStatus, "Rejected")}
	if f.Rejected {
		return f, nil
	}
	if f.Score, f.Severity, err = n.score(); err != nil {
		return Flaw{}, fmt.Errorf("%s: metrics: %w", id, err)
	}
	f.Description, f.ExploitLinks = n.description(), n.exploitLinks()
	if f.Conditions, err = n.conditions(); err != nil {
		return Flaw{}, fmt.Errorf("%s: configurations: %w", id, err)
	}
	return f, nil
}

// parseTime reads NVD's times, which are UTC and have no zone, and others' that have one.
func parseTime(text string) (time.Time, error) {
	for _, layout := range []string{"2006-01-02T15:04:05.999", time.RFC3339, "2006-01-02T15:04:05-0700", time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%.40q is no time such as 2026-02-03T04:05:06.789", text)
}

// score takes the newest version of CVSS there is a score of, NVD's own before others'.
func (n *nvdFlaw) score() (float64, engine.Severity, error) {
	for _, metrics := range [][]nvdMetric{n.Metrics.V40, n.Metrics.V31, n.Metrics.V30, n.Metrics.V2} {
		if len(metrics) == 0 {
			continue
		}
		chosen := metrics[max(0, slices.IndexFunc(metrics, func(m nvdMetric) bool { return m.Type == "Primary" }))]
		if chosen.Data.BaseScore == nil {
			return 0, "", errors.New("a score is missing")
		}
		score := *chosen.Data.BaseScore
		if !(score >= 0 && score <= 10) {
			return 0, "", fmt.Errorf("a score of %g is not from 0 to 10", score)
		}
		return score, severityOf(score, cmp.Or(chosen.Data.BaseSeverity, chosen.BaseSeverity)), nil
	}
	return 0, engine.Low, nil
}

// severityOf takes the word for a score, or the scale of CVSS 3.1 (section 5). What has
// no severity is low: it is in a list of vulnerabilities.
func severityOf(score float64, word string) engine.Severity {
	if s := engine.Severity(strings.ToLower(word)); s.AtLeast(engine.Low) {
		return s
	}
	switch {
	case score >= 9:
		return engine.Critical
	case score >= 7:
		return engine.High
	case score >= 4:
		return engine.Medium
	}
	return engine.Low
}

func (n *nvdFlaw) description() string {
	for _, d := range n.Descriptions {
		if d.Lang == "en" {
			return clip(strings.Join(strings.Fields(d.Value), " "), maxDescription)
		}
	}
	return ""
}

// clip cuts text to limit characters, the last of them an ellipsis, and leaves control
// characters out.
func clip(text string, limit int) string {
	runes := []rune(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, text))
	if len(runes) <= limit {
		return string(runes)
	}
	return string(runes[:limit-1]) + "…"
}

func (n *nvdFlaw) exploitLinks() []string {
	var links []string
	for _, r := range n.References {
		u, err := url.Parse(r.URL)
		isLink := err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && len(r.URL) <= maxLink
		if isLink && slices.Contains(r.Tags, "Exploit") && !slices.Contains(links, r.URL) && len(links) < maxExploitLinks {
			links = append(links, r.URL)
		}
	}
	return links
}

// conditions gives the configurations. One that is a list of nodes is a condition each.
func (n *nvdFlaw) conditions() ([]Condition, error) {
	var all []Condition
	for i := range n.Configurations {
		c, err := n.Configurations[i].condition(0)
		if err != nil {
			return nil, err
		}
		if c.isAny() {
			all = append(all, c.Parts...)
		} else {
			all = append(all, c)
		}
	}
	total := 0
	for _, c := range all {
		total += c.size()
	}
	if total > maxCriteria {
		return nil, fmt.Errorf("%d criteria are more than %d", total, maxCriteria)
	}
	return all, nil
}

// maxDepth is how deep nodes may stand in nodes; NVD's are two deep.
const maxDepth = 8

func (n *nvdNode) condition(depth int) (Condition, error) {
	if depth > maxDepth {
		return Condition{}, errors.New("nodes stand in nodes too deep")
	}
	c := Condition{Not: n.Negate}
	switch strings.ToUpper(n.Operator) {
	case "AND":
		c.All = true
	case "OR", "":
	default:
		return Condition{}, fmt.Errorf("operator %.20q is neither AND nor OR", n.Operator)
	}
	for i := range n.Matches {
		criterion, err := n.Matches[i].criterion()
		if err != nil {
			return Condition{}, err
		}
		c.Criteria = append(c.Criteria, criterion)
	}
	for i := range n.Nodes {
		part, err := n.Nodes[i].condition(depth + 1)
		if err != nil {
			return Condition{}, err
		}
		c.Parts = append(c.Parts, part)
	}
	return c, nil
}

func (m *nvdMatch) criterion() (Criterion, error) {
	name, err := cpe.Parse(m.Criteria)
	return Criterion{
		Vulnerable: m.Vulnerable, Name: name,
		Start: bound(m.StartIncluding, m.StartExcluding), End: bound(m.EndIncluding, m.EndExcluding),
	}, err
}

func bound(including, excluding string) *Bound {
	switch {
	case including != "":
		return &Bound{Version: including}
	case excluding != "":
		return &Bound{Version: excluding, Excluding: true}
	}
	return nil
}
