package engine

import (
	"slices"
	"strconv"
	"strings"
)

// Confidence says how sure it is that software has a known vulnerability.
type Confidence string

// The confidences.
const (
	Firm      Confidence = "firm"      // the version that was seen is one of those affected
	Potential Confidence = "potential" // it is, but may be mended, or not affected where it runs
)

// CVE is a known vulnerability of software that was seen in a response: one of its
// member "cve", of which the worst come first.
type CVE struct {
	Name         string     `json:"name"`       // "CVE-2021-41773"
	BaseScore    string     `json:"base_score"` // of CVSS, such as "9.8"; text, as clients expect it
	Severity     Severity   `json:"severity"`   // critical to low
	Description  string     `json:"description"`
	HasExploit   bool       `json:"has_exploit"` // one is public, or known to be used
	ExploitLinks []string   `json:"exploit_links"`
	EPSS         float64    `json:"epss"` // probability of exploitation within 30 days, 0 to 1; 0 if unknown
	KEV          bool       `json:"kev"`  // known to be exploited
	Confidence   Confidence `json:"confidence"`
	Tag          string     `json:"tag"` // name of the tag that names the software
}

// MaxCVEs is how many a response tells at most, the worst.
const MaxCVEs = 100

// ScoreText is a base score as [CVE] has it.
func ScoreText(score float64) string { return strconv.FormatFloat(score, 'f', 1, 64) }

// NoCVEs is in the step of a scan that knows no vulnerabilities of software.
const NoCVEs = "No CVEs are looked up: "

// NoFeed is that of one for which none were imported.
const NoFeed = NoCVEs + "there is no feed; get one with portolan feed import FILE"

// The rules of findings that need known vulnerabilities.
const (
	RuleKnownVulnerable = "software.known-vulnerable"
	RuleExploited       = "software.kev"
)

// looksUpCVEs reports whether the scan knows vulnerabilities of software.
func (s *Scan) looksUpCVEs() bool {
	return !slices.ContainsFunc(s.Steps, func(step Step) bool {
		return step.Description != nil && strings.Contains(*step.Description, NoCVEs)
	})
}
