package report_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
	"github.com/portolan-io/terraform-provider-portolan/engine/report"
)

// nasty is what a scanned host may send to get at a reader.
const nasty = "\x1b[2J\x1b]0;owned\x07\x9b31m\u009b31m\r\n::error::forged\n::set-output name=x::y\n##[add-mask]x " +
	"<script>alert(1)</script><img src=x onerror=alert(2)>\"'`--></style><style>*{}</style> " +
	"[click](javascript:alert(3)) | cell | **bold** {{.Scan}} ${{ secrets.X }} %0A::warning:: ]]> </script> =cmd|' /C calc'!A0 ;=1+1 ``` " +
	"\u202egpj.exe\u2066\u200b\u200d\ufeff\u2028\u2029\U000E0041 a\u0301\u0301\u0301\u0301\u0301\u0301\u0301 \x00\x7f\xff\xfe"

// hostile is a report in which every text a host can influence is nasty, and those
// of the repository too, as anybody may propose a change to it.
func hostile() report.Report {
	f := sampleFindings()[4]
	f.Severity = "<b>critical"
	f.Rule, f.Title, f.Host, f.IP, f.Protocol, f.Path, f.URI, f.Evidence = nasty, nasty, nasty, nasty, nasty, nasty, nasty, nasty
	f.Description, f.Remedy, f.Fingerprint = nasty, nasty+"\n\n    "+nasty, nasty
	f.References, f.CWE, f.Tags = []string{"javascript:alert(4)", nasty}, []string{nasty}, []string{nasty}
	r := withFindings(f)
	aside := f
	aside.Fingerprint = "2" + nasty
	why := policy.Suppression{Reason: nasty, Owner: nasty, Ticket: nasty, Status: policy.SuppressionAccepted, File: nasty, Line: 1}
	r.Assessment.Suppressed = []policy.Assessed{{Finding: &aside, Suppression: &why}}
	r.Assessment.Fixed = []policy.Known{{Fingerprint: nasty, Rule: nasty, Severity: nasty, Title: nasty, Target: nasty, Path: nasty}}
	r.Assessment.Unknown = r.Assessment.Fixed
	r.Assessment.Notices = []policy.Notice{{File: nasty, Text: nasty}}
	r.Assessment.Baseline = nasty
	r.Ports = []report.Port{{Host: nasty, IP: nasty, Port: 80, Transport: nasty, Protocol: nasty, Product: nasty, Version: nasty, URI: nasty}}
	r.Scan.Label, r.Version = nasty, nasty
	r.Scan.Targets = []engine.Target{nasty}
	r.Terminal.Width = 400
	return r
}

// TestHostileText: no format lets a control, format or direction character through,
// nor the start of a workflow command.
func TestHostileText(t *testing.T) {
	for _, format := range report.Formats() {
		text := render(t, format, hostile())
		for _, r := range text {
			if r != '\n' && !unicode.IsGraphic(r) {
				t.Errorf("%s holds %U", format, r)
			}
		}
		for line := range strings.Lines(text) {
			if strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") {
				t.Errorf("%s holds a workflow command: %q", format, line)
			}
		}
		if marks := longestMarks(text); (format == "table" || format == "html") && marks > 2 {
			t.Errorf("%s holds %d marks on one letter", format, marks)
		}
	}
}

func longestMarks(text string) int {
	longest, run := 0, 0
	for _, r := range text {
		if !unicode.Is(unicode.M, r) {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

// TestHostileCharactersAreCaught shows the test above what it must see.
func TestHostileCharactersAreCaught(t *testing.T) {
	for _, r := range "\x1b\u009b\u202e\u2066\u200b\ufeff\u2028\U000E0041\x00\x7f" {
		if unicode.IsGraphic(r) {
			t.Errorf("%U counts as graphic", r)
		}
		if !strings.ContainsRune(nasty, r) {
			t.Errorf("%U is not tried", r)
		}
	}
}

// TestHostileMarkup: a page has the elements of its template and no other.
func TestHostileMarkup(t *testing.T) {
	text := render(t, "html", hostile())
	body := text[strings.Index(text, "</style>")+len("</style>") : strings.LastIndex(text, "<script>")]
	for _, bad := range []string{"<script", "<img", "<style", "<b>critical", "onerror=alert(2)>", `href="javascript:`} {
		if strings.Contains(body, bad) {
			t.Errorf("html holds %q", bad)
		}
	}
	if !strings.Contains(text, "&lt;script&gt;") || !strings.Contains(text, "{{.Scan}}") {
		t.Error("html does not show the escaped text either: the test sees nothing")
	}
}

// TestHostileMarkdown: a viewer of SARIF reads no link into a message, and no
// markup into a rule's help.
func TestHostileMarkdown(t *testing.T) {
	log := decodeSARIF(t, hostile()).Runs[0]
	message, help := log.Results[0].Message.Text, log.Tool.Driver.Rules[0].Help.Markdown
	if !strings.Contains(message, "[click] (javascript") {
		t.Errorf("the message holds a link: %q", message)
	}
	for line := range strings.Lines(help) {
		isCode := strings.HasPrefix(line, "    ")
		if !isCode && (strings.Contains(line, "](") && !strings.Contains(line, `\](`) || strings.Contains(line, " <script")) {
			t.Errorf("the help holds markup: %q", line)
		}
	}
	if log.Tool.Driver.Rules[0].HelpURI != "" {
		t.Error("the rule links to what is no web page")
	}
}

// TestHTMLIsSelfContained: nothing to load, nothing to run but the script of ours, and a
// policy against both.
func TestHTMLIsSelfContained(t *testing.T) {
	text := render(t, "html", compared())
	if strings.Count(text, "<script") != 1 || !strings.Contains(text, "; script-src &#39;sha256-") {
		t.Error("html has another script, or none")
	}
	for _, bad := range []string{"<link", "<img", "<iframe", "src=", "url(", "@import", " style=", " onclick"} {
		if strings.Contains(text, bad) {
			t.Errorf("html holds %q", bad)
		}
	}
	if !strings.Contains(text, `content="default-src &#39;none&#39;; style-src &#39;sha256-`) {
		t.Error("html has no content security policy")
	}
}

func TestTableKeepsItsWidth(t *testing.T) {
	for _, width := range []int{40, 60, 100, 200} {
		r := hostile()
		r.Terminal.Width = width
		r.Assessment.Active = append(r.Assessment.Active, compared().Assessment.Active...)
		r.Ports = append(r.Ports, samplePorts()...)
		r.Ports[1].Product = strings.Repeat("漢字", 80)
		for line := range strings.Lines(render(t, "table", r)) {
			if n := displayWidth(strings.TrimSuffix(line, "\n")); n > width {
				t.Errorf("at %d columns a line has %d: %q", width, n, line)
			}
		}
	}
}

// displayWidth counts as a terminal does: Han characters take two columns, marks none.
func displayWidth(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.Is(unicode.M, r):
		case unicode.Is(unicode.Han, r):
			n += 2
		default:
			n++
		}
	}
	return n
}
