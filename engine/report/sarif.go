package report

import (
	"cmp"
	"fmt"
	"io"
	"net"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Limits of GitHub code scanning on a SARIF file.
const (
	maxSARIFResults = 25_000
	maxSARIFTags    = 20
)

const projectURL = "https://github.com/portolan-io/terraform-provider-portolan"

// writeSARIF writes one run of SARIF 2.1.0 as GitHub code scanning wants it: each
// result points to the line that declares the target and carries its finding's
// fingerprint, as GitHub would otherwise take all findings of one rule on one
// line for the same.
func writeSARIF(w io.Writer, r Report) error {
	rules, indexes := sarifRules(r.Findings)
	run := sarifRun{
		Tool:              sarifTool{Driver: sarifDriver{Name: "Portolan", Version: r.Version, InformationURI: projectURL, Rules: rules}},
		AutomationDetails: sarifAutomation{ID: category(r.Category)},
		ColumnKind:        "utf16CodeUnits",
		Invocations:       []sarifInvocation{invocation(&r)},
		Results:           []sarifResult{},
	}
	place := physicalLocation(r.Declared)
	for i := range r.Findings[:min(len(r.Findings), maxSARIFResults)] {
		f := &r.Findings[i]
		run.Results = append(run.Results, sarifResultOf(f, indexes[f.Rule], place))
	}
	return encode(w, sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}})
}

// category ends in a slash: what follows the last one would name the single run.
func category(text string) string {
	return strings.TrimSuffix(cmp.Or(text, "portolan"), "/") + "/"
}

// invocation tells whether the scan ran to its end, and what the file leaves out.
func invocation(r *Report) sarifInvocation {
	inv := sarifInvocation{
		Successful: r.Scan.Status() == engine.StatusDone && r.Scan.Summary.TasksFailed == 0,
		Properties: map[string]any{"scanId": r.Scan.ID, "status": r.Scan.Status(), "openPorts": r.summary().OpenPorts, "hostsUp": r.Scan.Summary.HostsUp},
	}
	if r.Scan.StartedAt != nil {
		inv.Start = r.Scan.StartedAt.UTC().Format(time.RFC3339)
	}
	if r.Scan.EndedAt != nil {
		inv.End = r.Scan.EndedAt.UTC().Format(time.RFC3339)
	}
	if n := len(r.Findings) - maxSARIFResults; n > 0 {
		text := fmt.Sprintf("%d findings, the least severe, are left out: code scanning takes %d in one run.", n, maxSARIFResults)
		inv.Notifications = []sarifNotification{{Level: "warning", Message: sarifMessage{Text: text}}}
	}
	return inv
}

// physicalLocation keeps the file inside the repository: code scanning refuses
// anything but a relative URI.
func physicalLocation(d Declared) sarifPhysical {
	file := strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(d.File, `\`, "/")), "/")
	location := url.URL{Path: cmp.Or(file, "portolan")}
	// URL.String puts "./" before a first segment with a colon, which is no scheme then.
	return sarifPhysical{Artifact: sarifArtifact{URI: location.String()}, Region: sarifRegion{StartLine: max(d.Line, 1)}}
}

func sarifResultOf(f *engine.Finding, ruleIndex int, place sarifPhysical) sarifResult {
	endpoint := net.JoinHostPort(clean(f.Host, maxShownText), strconv.Itoa(f.Port))
	return sarifResult{
		RuleID:    f.Rule,
		RuleIndex: ruleIndex,
		Level:     sarifLevel(f.Severity),
		Message:   sarifMessage{Text: breakLinks(clean(f.Title, maxShownText) + " at " + endpoint + pathOf(f))},
		Locations: []sarifLocation{{
			Physical: place,
			Logical:  []sarifLogical{{Name: endpoint, FullName: logicalName(f, endpoint), Kind: "resource"}},
		}},
		PartialFingerprints: map[string]string{"primaryLocationLineHash": f.Fingerprint + ":1"},
		Properties: sarifFinding{
			Severity: f.Severity, Target: f.Target, Host: f.Host, IP: f.IP, Port: f.Port, Protocol: f.Protocol,
			Path: f.Path, URI: f.URI, Evidence: strings.Join(cleanLines(f.Evidence, maxShownEvidence), "\n"),
		},
	}
}

// logicalName is the endpoint as a URL: the response's own, else by transport.
func logicalName(f *engine.Finding, endpoint string) string {
	if f.URI != "" {
		return clean(f.URI, maxShownText)
	}
	return "tcp://" + endpoint
}

// breakLinks keeps a viewer from reading a link into hostile text: in a message
// "[text](target)" is one (SARIF 2.1.0 section 3.11.6).
func breakLinks(s string) string { return strings.ReplaceAll(s, "](", "] (") }

func sarifLevel(s engine.Severity) string {
	switch {
	case s.AtLeast(engine.High):
		return "error"
	case s.AtLeast(engine.Medium):
		return "warning"
	}
	return "note"
}

// securitySeverity is a score in the middle of the range GitHub reads as that
// word; none for info, which would read as low.
func securitySeverity(s engine.Severity) string {
	return map[engine.Severity]string{engine.Critical: "9.5", engine.High: "8.0", engine.Medium: "5.5", engine.Low: "2.0"}[s]
}

// sarifRules describes each rule that occurs once, with its place in the list.
func sarifRules(findings []engine.Finding) ([]sarifRule, map[string]int) {
	rules, indexes := []sarifRule{}, map[string]int{}
	for i := range findings {
		f := &findings[i]
		if _, ok := indexes[f.Rule]; ok {
			continue
		}
		indexes[f.Rule] = len(rules)
		rules = append(rules, sarifRuleOf(f))
	}
	return rules, indexes
}

func sarifRuleOf(f *engine.Finding) sarifRule {
	rule := sarifRule{
		ID:            f.Rule,
		Short:         sarifText{Text: clean(f.Title, maxShownText)},
		Full:          sarifText{Text: cmp.Or(joinBlock(f.Description), clean(f.Title, maxShownText))},
		Help:          sarifHelp{Text: cmp.Or(joinBlock(f.Description+"\n\n"+f.Remedy), clean(f.Title, maxShownText)), Markdown: helpMarkdown(f)},
		Configuration: sarifConfiguration{Level: sarifLevel(f.Severity)},
		Properties:    map[string]any{"precision": "high", "tags": sarifTags(f)},
	}
	if len(f.References) > 0 && isWebLink(f.References[0]) {
		rule.HelpURI = f.References[0]
	}
	if score := securitySeverity(f.Severity); score != "" {
		rule.Properties["security-severity"] = score
	}
	return rule
}

// sarifTags puts first what GitHub reads: "security", and CWEs in its spelling.
func sarifTags(f *engine.Finding) []string {
	tags := []string{"security"}
	for _, cwe := range f.CWE {
		tags = append(tags, "external/cwe/"+strings.ToLower(clean(cwe, maxShownText)))
	}
	for _, tag := range f.Tags {
		if tag = clean(tag, maxShownText); !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	return tags[:min(len(tags), maxSARIFTags)]
}

func isWebLink(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme == "https" && u.Host != ""
}
