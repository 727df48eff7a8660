package report

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// scanClass is the class of the case that says whether the scan is complete.
const scanClass = "portolan.scan"

// writeJUnit writes JUnit's XML as CI systems read it: each finding is a failed case,
// one that is suppressed is skipped, one that is fixed has passed. A scan that is
// incomplete is an error, so that no result without a finding looks like good news.
func writeJUnit(w io.Writer, r Report) error {
	x := &xmlWriter{out: bufio.NewWriter(w)}
	x.text(xml.Header)
	counts := r.Assessment.Counts()
	tests := 1 + len(r.Assessment.Active) + counts.Suppressed + counts.Fixed + counts.Unknown
	skipped, errors := counts.Suppressed+counts.Unknown, 0
	if r.isIncomplete() {
		errors = 1
	}
	totals := fmt.Sprintf(` tests="%d" failures="%d" errors="%d" skipped="%d" time="%.3f"`, tests, len(r.Assessment.Active), errors, skipped, r.duration().Seconds())
	x.text(`<testsuites name="Portolan"` + totals + ">\n")
	x.text(`  <testsuite name="` + xmlText(fmt.Sprintf("Portolan scan %d: %s", r.Scan.ID, r.Scan.Label)) + `"` + totals)
	x.text(` timestamp="` + r.Scan.CreatedAt.UTC().Format("2006-01-02T15:04:05") + "\">\n")
	x.scanCase(&r)
	for i := range r.Assessment.Active {
		x.failed(&r, &r.Assessment.Active[i])
	}
	for i := range r.Assessment.Suppressed {
		a := &r.Assessment.Suppressed[i]
		x.skipped(a.Finding.Rule, findingName(a), suppressionText(a.Suppression))
	}
	for i := range r.Assessment.Unknown {
		x.skipped(r.Assessment.Unknown[i].Rule, knownName(&r.Assessment.Unknown[i]), "not seen again, but the scan cannot tell")
	}
	for i := range r.Assessment.Fixed {
		x.testCase(r.Assessment.Fixed[i].Rule, knownName(&r.Assessment.Fixed[i]), "")
	}
	x.text("  </testsuite>\n</testsuites>\n")
	return x.out.Flush()
}

// xmlWriter writes elements; Flush of its buffer gives the error.
type xmlWriter struct{ out *bufio.Writer }

func (x *xmlWriter) text(s string) { _, _ = x.out.WriteString(s) }

// testCase writes one case; without a body it has passed. The body is XML.
func (x *xmlWriter) testCase(class, name, body string) {
	x.text(`    <testcase classname="` + xmlText(class) + `" name="` + xmlText(name) + `"`)
	if body == "" {
		x.text("/>\n")
		return
	}
	x.text(">\n      " + body + "\n    </testcase>\n")
}

func (x *xmlWriter) scanCase(r *Report) {
	body := ""
	if r.isIncomplete() {
		body = `<error type="incomplete" message="` + xmlText(incompleteReason(&r.Scan)) + `"/>`
	}
	x.testCase(scanClass, "the scan is complete", body)
}

func (x *xmlWriter) skipped(class, name, why string) {
	x.testCase(class, name, `<skipped message="`+xmlText(why)+`"/>`)
}

func (x *xmlWriter) failed(r *Report, a *policy.Assessed) {
	f := a.Finding
	message := fmt.Sprintf("%s: %s", f.Severity, f.Title)
	if r.compared() {
		message = fmt.Sprintf("%s (%s)", message, stateOf(a))
	}
	var lines []string
	if r.Declared.File != "" {
		lines = append(lines, fmt.Sprintf("declared: %s:%d", clean(r.Declared.File, maxShownText), max(r.Declared.line(f), 1)))
	}
	for _, line := range cleanLines(f.Evidence, maxShownEvidence) {
		lines = append(lines, "evidence: "+line)
	}
	if remedy := (group{*a}).remedy(); remedy != "" {
		lines = append(lines, "remedy: "+remedy)
	}
	lines = append(lines, "to set it aside: "+policy.SuppressCommand(clean(f.Fingerprint, maxShownText), r.Assessment.At))
	for i := range lines {
		lines[i] = xmlEscape(lines[i])
	}
	x.testCase(f.Rule, findingName(a), `<failure type="`+xmlText(string(f.Severity))+`" message="`+xmlText(message)+`">`+strings.Join(lines, "\n")+`</failure>`)
}

// findingName tells findings apart by their id, as a title and a place may occur twice.
func findingName(a *policy.Assessed) string {
	return clean(a.Finding.Title, maxShownText) + " at " + findingPlace(a.Finding) + " [" + a.Finding.Fingerprint + "]"
}

func knownName(k *policy.Known) string {
	return clean(k.Title, maxShownText) + " at " + knownPlace(k) + " [" + k.Fingerprint + "]"
}

// xmlText makes hostile text an attribute's value.
func xmlText(s string) string { return xmlEscape(clean(s, maxAdvice)) }

// xmlEscape escapes clean text, which has no character that XML 1.0 lacks.
func xmlEscape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a builder never fails
	return b.String()
}
