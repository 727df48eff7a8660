package report

import (
	"cmp"
	"compress/gzip"
	"fmt"
	"io"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// Limits of GitHub code scanning on a SARIF file. Of the results it shows the 5,000
// first, so the worst stand there.
const (
	maxSARIFResults = 25_000
	maxSARIFTags    = 20
	maxSARIFText    = 1000    // characters of a description or message
	maxSARIFBytes   = 9 << 20 // compressed, and some results more, of the 10 MB that are taken
	sarifStride     = 250     // results between two looks at the size
)

const projectURL = "https://github.com/portolan-io/terraform-provider-portolan"

// writeSARIF writes one run of SARIF 2.1.0 as GitHub code scanning wants it: each
// result points to the line that declares the target and carries its finding's
// fingerprint, as GitHub would otherwise take all findings of one rule on one
// line for the same. What was fixed is no result: code scanning closes an alert
// whose result is gone, and would open one for a result called absent.
func writeSARIF(w io.Writer, r Report) error {
	packed := newPackedSize()
	j := newJSONWriter(io.MultiWriter(w, packed))
	rules, indexes := sarifRules(&r)
	j.open("", '{')
	j.value("$schema", sarifSchema)
	j.value("version", "2.1.0")
	j.open("runs", '[')
	j.open("", '{')
	j.value("tool", sarifTool{Driver: sarifDriver{Name: "Portolan", Version: r.Version, InformationURI: projectURL, Rules: rules}})
	j.value("automationDetails", sarifAutomation{ID: category(r.Category)})
	j.value("columnKind", "utf16CodeUnits")
	written := j.sarifResults(&r, indexes, packed)
	j.value("invocations", []sarifInvocation{invocation(&r, written)})
	j.close('}')
	j.close(']')
	j.close('}')
	return j.end()
}

// sarifResults writes as many results as code scanning takes, and says how many.
func (j *jsonWriter) sarifResults(r *Report, indexes map[string]int, packed *packedSize) int {
	file, written := declaringFile(r.Declared), 0
	j.open("results", '[')
	for a := range r.findings() {
		if written == maxSARIFResults || written%sarifStride == 0 && packed.bytes() > maxSARIFBytes {
			break
		}
		j.element(sarifResultOf(a, indexes[a.Finding.Rule], physicalLocation(file, r.Declared.line(a.Finding)), r.compared()))
		written++
	}
	j.close(']')
	return written
}

// packedSize counts how long a text is when it is compressed for upload, at most.
type packedSize struct {
	zip     *gzip.Writer
	counted counter
}

func newPackedSize() *packedSize {
	p := &packedSize{}
	p.zip, _ = gzip.NewWriterLevel(&p.counted, gzip.BestSpeed) // the level is valid
	return p
}

func (p *packedSize) Write(data []byte) (int, error) { return p.zip.Write(data) }

func (p *packedSize) bytes() int { return int(p.counted) }

// counter is a writer that keeps only the number of bytes.
type counter int

func (c *counter) Write(data []byte) (int, error) {
	*c += counter(len(data))
	return len(data), nil
}

// category ends in a slash: what follows the last one would name the single run.
func category(text string) string {
	return strings.TrimSuffix(cmp.Or(text, "portolan"), "/") + "/"
}

// invocation tells whether the scan ran to its end, and what the file leaves out.
func invocation(r *Report, written int) sarifInvocation {
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
	if n := len(r.Assessment.Active) + len(r.Assessment.Suppressed) - written; n > 0 {
		text := fmt.Sprintf("%d findings, the least severe, are left out: code scanning takes %d in one run, and 10 MB.", n, maxSARIFResults)
		inv.Notifications = []sarifNotification{{Level: "warning", Message: sarifMessage{Text: text}}}
	}
	return inv
}

func physicalLocation(file string, line int) sarifPhysical {
	return sarifPhysical{Artifact: sarifArtifact{URI: file}, Region: sarifRegion{StartLine: max(line, 1)}}
}

// declaringFile keeps the file inside the repository: code scanning refuses anything
// but a relative URI.
func declaringFile(d Declared) string {
	file := strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(d.File, `\`, "/")), "/")
	location := url.URL{Path: cmp.Or(file, "portolan")}
	// URL.String puts "./" before a first segment with a colon, which is no scheme then.
	return location.String()
}

func sarifResultOf(a *policy.Assessed, ruleIndex int, place sarifPhysical, compared bool) sarifResult {
	f := a.Finding
	endpoint := endpointOf(f.Host, f.Port)
	id := clean(f.Fingerprint, maxShownText)
	return sarifResult{
		RuleID:    f.Rule,
		RuleIndex: ruleIndex,
		Level:     sarifLevel(f.Severity),
		Message:   sarifMessage{Text: sarifMessageText(f, endpoint)},
		Locations: []sarifLocation{{
			Physical: place,
			Logical:  []sarifLogical{{Name: endpoint, FullName: logicalName(f, endpoint), Kind: "resource"}},
		}},
		PartialFingerprints: map[string]string{"primaryLocationLineHash": id + ":1"},
		BaselineState:       sarifBaselineState(a, compared),
		Suppressions:        sarifSuppressions(a.Suppression),
		Properties: sarifFinding{
			Severity: f.Severity, Target: f.Target, Host: f.Host, IP: f.IP, Port: f.Port, Protocol: f.Protocol,
			Path: f.Path, URI: f.URI, Evidence: strings.Join(cleanLines(f.Evidence, maxShownEvidence), "\n"),
		},
	}
}

// sarifMessageText says what and where, and how to set it aside. That line has no
// date of its own, so that an alert's text does not change from day to day.
func sarifMessageText(f *engine.Finding, endpoint string) string {
	where := clean(f.Title, maxShownText) + " at " + endpoint + pathOf(f.Path)
	aside := policy.SuppressCommand(clean(f.Fingerprint, maxShownText), time.Time{})
	return breakLinks(where) + ".\n\nTo set it aside: " + aside
}

// sarifBaselineState is absent without a baseline.
func sarifBaselineState(a *policy.Assessed, compared bool) string {
	switch {
	case !compared:
		return ""
	case a.New:
		return "new"
	}
	return "unchanged"
}

// sarifSuppressions is never nil: in a run either all results say whether they are
// suppressed, or none (SARIF 2.1.0 section 3.27.23). Whatever we set aside is
// accepted; an "underReview" would count as not suppressed.
func sarifSuppressions(s *policy.Suppression) []sarifSuppression {
	if s == nil {
		return []sarifSuppression{}
	}
	return []sarifSuppression{{
		Kind: "external", Status: "accepted", Justification: clean(s.Reason, maxSARIFText),
		Properties: map[string]string{"status": string(s.Status), "expires": s.LastDay(), "owner": s.Owner, "ticket": s.Ticket},
	}}
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
func sarifRules(r *Report) ([]sarifRule, map[string]int) {
	rules, indexes := []sarifRule{}, map[string]int{}
	for a := range r.findings() {
		f := a.Finding
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
		Full:          sarifText{Text: cmp.Or(cutText(joinBlock(f.Description), maxSARIFText), clean(f.Title, maxShownText))},
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

// cutText cuts clean text to at most n characters.
func cutText(text string, n int) string {
	if runes := []rune(text); len(runes) > n {
		return string(runes[:n-1]) + "…"
	}
	return text
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
