package report_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/report"
)

// sarifSchema is the OASIS schema of SARIF 2.1.0, with formats checked too.
func sarifSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	file, err := os.Open("testdata/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	document, err := jsonschema.UnmarshalJSON(file)
	if err != nil {
		t.Fatal(err)
	}
	repairSchema(t, document)
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("sarif.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// repairSchema moves the conditions of a region to where a schema has them: the
// published file lists them among the region's members, which is no valid schema.
func repairSchema(t *testing.T, document any) {
	t.Helper()
	member := func(object any, name string) map[string]any {
		members, _ := object.(map[string]any)
		inner, ok := members[name].(map[string]any)
		if !ok {
			t.Fatalf("the schema has no %s", name)
		}
		return inner
	}
	region := member(member(document, "definitions"), "region")
	properties := member(region, "properties")
	region["anyOf"] = properties["anyOf"]
	delete(properties, "anyOf")
}

func validate(t *testing.T, schema *jsonschema.Schema, text string) error {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(document)
}

func TestSARIFIsValid(t *testing.T) {
	schema := sarifSchema(t)
	empty := report.Report{}
	running := sample()
	running.Scan.StartedAt, running.Scan.EndedAt = nil, nil
	for name, r := range map[string]report.Report{"sample": sample(), "compared": compared(), "empty": empty, "running": running, "hostile": hostile()} {
		if err := validate(t, schema, render(t, "sarif", r)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSARIFSchemaRejects shows that the schema above would tell.
func TestSARIFSchemaRejects(t *testing.T) {
	schema := sarifSchema(t)
	good := render(t, "sarif", sample())
	for _, change := range [][2]string{
		{`"level": "error"`, `"level": "fatal"`},
		{`"startLine": 12`, `"startLine": 0`},
		{`"ruleIndex": 0`, `"ruleIndex": -2`},
		{`"automationDetails"`, `"automationDetail"`},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		if bad == good {
			t.Fatalf("%s is not in the report", change[0])
		}
		if validate(t, schema, bad) == nil {
			t.Errorf("the schema takes %s", change[1])
		}
	}
}

// sarif is the part of a log that the tests look at.
type sarif struct {
	Runs []struct {
		AutomationDetails struct{ ID string }
		Tool              struct {
			Driver struct {
				Rules []struct {
					ID         string
					HelpURI    string
					Help       struct{ Markdown string }
					Properties map[string]any
				}
			}
		}
		Results []struct {
			RuleID    string
			RuleIndex int
			Message   struct{ Text string }
			Locations []struct {
				PhysicalLocation struct {
					ArtifactLocation struct{ URI string }
					Region           struct{ StartLine int }
				}
			}
			PartialFingerprints map[string]string
			BaselineState       string
			Suppressions        []struct{ Justification string }
		}
	}
}

func decodeSARIF(t *testing.T, r report.Report) sarif {
	t.Helper()
	var log sarif
	if err := json.Unmarshal([]byte(render(t, "sarif", r)), &log); err != nil {
		t.Fatal(err)
	}
	return log
}

// TestSARIFFingerprints: findings of one rule on one line stay apart.
func TestSARIFFingerprints(t *testing.T) {
	r := sample()
	seen := map[string]bool{}
	run := decodeSARIF(t, r).Runs[0]
	for _, result := range run.Results {
		hash := result.PartialFingerprints["primaryLocationLineHash"]
		if len(hash) != len("0123456789abcdef:1") || !strings.HasSuffix(hash, ":1") || seen[hash] {
			t.Errorf("fingerprint %q of %s is malformed or not its own", hash, result.RuleID)
		}
		seen[hash] = true
		if got := run.Tool.Driver.Rules[result.RuleIndex].ID; got != result.RuleID {
			t.Errorf("rule index of %s leads to %s", result.RuleID, got)
		}
	}
	if len(seen) != len(r.Assessment.Active) || len(run.Tool.Driver.Rules) != 4 {
		t.Errorf("%d results, %d rules; want %d, 4", len(seen), len(run.Tool.Driver.Rules), len(r.Assessment.Active))
	}
}

func TestSARIFSecuritySeverity(t *testing.T) {
	want := map[string]any{"redis.no-auth": "9.5", "http.git-exposed": "8.0", "tls.cert-self-signed": "5.5", "http.version-disclosure": nil}
	for _, rule := range decodeSARIF(t, sample()).Runs[0].Tool.Driver.Rules {
		if got := rule.Properties["security-severity"]; got != want[rule.ID] {
			t.Errorf("%s: security-severity %#v, want %#v", rule.ID, got, want[rule.ID])
		}
	}
}

// TestSARIFLocation: code scanning refuses what is not a relative URI.
func TestSARIFLocation(t *testing.T) {
	tests := []struct {
		declared report.Declared
		uri      string
		line     int
	}{
		{report.Declared{}, "portolan", 1},
		{report.Declared{File: ".portolan.yml", Line: 3}, ".portolan.yml", 3},
		{report.Declared{File: "infra/my net.tf", Line: -4}, "infra/my%20net.tf", 1},
		{report.Declared{File: `infra\main.tf`}, "infra/main.tf", 1},
		{report.Declared{File: "/etc/passwd"}, "etc/passwd", 1},
		{report.Declared{File: "../../x.tf"}, "x.tf", 1},
		{report.Declared{File: "javascript:alert(1)"}, "./javascript:alert%281%29", 1},
	}
	for _, test := range tests {
		r := sample()
		r.Declared = test.declared
		place := decodeSARIF(t, r).Runs[0].Results[0].Locations[0].PhysicalLocation
		uri := strings.NewReplacer("(", "%28", ")", "%29").Replace(place.ArtifactLocation.URI)
		if uri != test.uri || place.Region.StartLine != test.line {
			t.Errorf("%+v: %s line %d, want %s line %d", test.declared, place.ArtifactLocation.URI, place.Region.StartLine, test.uri, test.line)
		}
	}
}

// TestSARIFLines: a finding points to the line of its target, or of the narrowest
// network around it.
func TestSARIFLines(t *testing.T) {
	r := sample()
	r.Declared = report.Declared{File: ".portolan.yml", Line: 2, Lines: map[engine.Target]int{"shop.example.com": 5, "192.0.2.0/24": 6, "192.0.2.8/29": 7}}
	want := map[string]int{"redis.no-auth": 7, "http.git-exposed": 5, "http.version-disclosure": 5}
	for _, result := range decodeSARIF(t, r).Runs[0].Results {
		if line := result.Locations[0].PhysicalLocation.Region.StartLine; want[result.RuleID] != 0 && line != want[result.RuleID] {
			t.Errorf("%s points to line %d, want %d", result.RuleID, line, want[result.RuleID])
		}
	}
	if text := render(t, "junit", r); !strings.Contains(text, "declared: .portolan.yml:2") || !strings.Contains(text, "declared: .portolan.yml:5") {
		t.Error("junit does not name the lines")
	}
}

// TestSARIFLimit: code scanning refuses a run of more than 25,000 results.
func TestSARIFLimit(t *testing.T) {
	findings := sampleFindings()
	for i := range 25_000 {
		info := findings[0]
		info.Fingerprint = fmt.Sprintf("%016x", i)
		findings = append(findings, info)
	}
	r := withFindings(findings...)
	text := render(t, "sarif", r)
	if n := strings.Count(text, `"ruleIndex": `); n != 25_000 {
		t.Errorf("%d results", n)
	}
	if strings.Index(text, `"ruleId": "redis.no-auth"`) != strings.Index(text, `"ruleId": `) {
		t.Error("the worst finding is not the first")
	}
	if !strings.Contains(text, `"text": "5 findings, the least severe, are left out`) {
		t.Error("what is left out is not said")
	}
}

// TestSARIFSize: code scanning refuses a file of more than 10 MB, compressed. One
// finding of a path that cannot be compressed leaves no room for others.
func TestSARIFSize(t *testing.T) {
	noise := make([]byte, 9<<20+64<<10)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(noise) // never fails
	findings := sampleFindings()
	for i := range 600 {
		f := findings[0]
		f.Fingerprint = fmt.Sprintf("%016x", i)
		findings = append(findings, f)
	}
	findings[4].Path = base64.StdEncoding.EncodeToString(noise)
	text := render(t, "sarif", withFindings(findings...))
	if n := strings.Count(text, `"ruleIndex": `); n < 1 || n > 250 {
		t.Errorf("%d results", n)
	}
	if !strings.Contains(text, "findings, the least severe, are left out") {
		t.Error("what is left out is not said")
	}
	var packed bytes.Buffer
	zip, _ := gzip.NewWriterLevel(&packed, gzip.BestSpeed) // the level is valid
	if _, err := io.WriteString(zip, text); err != nil || zip.Close() != nil || packed.Len() > 10_000_000 {
		t.Errorf("compressed it has %d bytes, %v", packed.Len(), err)
	}
}

// TestSARIFOfABaseline: results say what is new and what is set aside, and what was
// fixed is no result.
func TestSARIFOfABaseline(t *testing.T) {
	states, suppressed := map[string]int{}, 0
	for _, result := range decodeSARIF(t, compared()).Runs[0].Results {
		states[result.BaselineState]++
		suppressed += len(result.Suppressions)
	}
	if states["new"] != 2 || states["unchanged"] != 3 || len(states) != 2 || suppressed != 1 {
		t.Errorf("states %v, %d suppressed", states, suppressed)
	}
}

func TestSARIFCategory(t *testing.T) {
	for category, want := range map[string]string{"": "portolan/", "portolan/ci": "portolan/ci/", "portolan/ci/": "portolan/ci/"} {
		r := sample()
		r.Category = category
		if got := decodeSARIF(t, r).Runs[0].AutomationDetails.ID; got != want {
			t.Errorf("category %q gives %q, want %q", category, got, want)
		}
	}
}
