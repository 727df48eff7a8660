package report

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// csvColumns heads the table. New ones are added at the end.
func csvColumns() []string {
	return []string{
		"state", "severity", "rule", "title", "target", "host", "ip", "port", "transport", "protocol", "path", "uri",
		"cvss", "epss", "kev", "cwe", "tags", "owner", "age_days", "id", "evidence", "remedy",
		"suppression_status", "suppression_expires", "suppression_reason", "suppression_owner", "suppression_ticket",
	}
}

// writeCSV writes one finding a line (RFC 4180, but for line ends of Unix), also those that are suppressed, fixed
// or unknown. Every cell is quoted and on one line.
func writeCSV(w io.Writer, r Report) error {
	out := bufio.NewWriter(w)
	writeCSVRow(out, csvColumns())
	for a := range r.findings() {
		writeCSVRow(out, csvRow(a))
	}
	for known := range r.gone() {
		writeCSVRow(out, csvKnown(&known))
	}
	return out.Flush()
}

func csvRow(a *policy.Assessed) []string {
	f := a.Finding
	row := append([]string{string(stateOf(a))}, csvFinding(f)...)
	return append(append(row, strconv.Itoa(days(a.Age)), f.Fingerprint, f.Evidence, group{*a}.remedy()), csvSuppression(a.Suppression)...)
}

func csvFinding(f *engine.Finding) []string {
	return []string{
		string(f.Severity), f.Rule, f.Title, string(f.Target), f.Host, f.IP, strconv.Itoa(f.Port), f.Transport, f.Protocol, f.Path, f.URI,
		csvNumber(f.CVSS), csvNumber(f.EPSS), strconv.FormatBool(f.KEV), strings.Join(f.CWE, " "), strings.Join(f.Tags, " "), f.Owner,
	}
}

// csvKnown is the row of what a baseline knows: less than of a finding.
func csvKnown(k *jsonKnown) []string {
	f := engine.Finding{Severity: k.Severity, Rule: k.Rule, Title: k.Title, Target: k.Target, Host: k.Host, IP: k.IP, Port: k.Port, Transport: k.Transport, Path: k.Path}
	row := append([]string{string(k.State)}, csvFinding(&f)...)
	return append(append(row, "", k.Fingerprint, "", ""), csvSuppression(nil)...)
}

func csvSuppression(s *policy.Suppression) []string {
	if s == nil {
		return []string{"", "", "", "", ""}
	}
	return []string{string(s.Status), s.LastDay(), s.Reason, s.Owner, s.Ticket}
}

// csvNumber leaves empty what is not known.
func csvNumber(n float64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

func writeCSVRow(out *bufio.Writer, cells []string) {
	for i, cell := range cells {
		if i > 0 {
			_ = out.WriteByte(',') // Flush gives the error
		}
		_, _ = out.WriteString(`"` + strings.ReplaceAll(csvCell(cell), `"`, `""`) + `"`)
	}
	_ = out.WriteByte('\n')
}

// formulaSigns begin what a spreadsheet runs, the wide ones in some languages.
const formulaSigns = "=+-@＝＋－＠"

// csvCell keeps a spreadsheet from taking a cell for a formula: an apostrophe makes it
// text. One goes behind a semicolon too, which separates cells in some countries.
func csvCell(s string) string {
	s = clean(s, maxShownEvidence)
	var b strings.Builder
	before := ';'
	for _, r := range s {
		if before == ';' && strings.ContainsRune(formulaSigns, r) {
			b.WriteByte('\'')
		}
		if r != ' ' || before != ';' { // space before a formula does not disarm it
			before = r
		}
		b.WriteRune(r)
	}
	return b.String()
}
