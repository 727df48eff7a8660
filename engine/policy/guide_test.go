package policy_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// guideFindings are what the policies of the guide are tried on: the first is known
// for forty days, the others are new.
func guideFindings() policy.Assessment {
	findings := []engine.Finding{
		{Rule: "redis.no-auth", Severity: engine.Critical, Target: "prod.example.com", Port: 6379, Protocol: "redis", CVSS: 9.8, Tags: []string{"database"}},
		{Rule: "ssh.weak-kex", Severity: engine.Medium, Target: "192.0.2.1", Port: 22, Protocol: "ssh", CVSS: 5.9},
		{Rule: "http.no-hsts", Severity: engine.Low, Target: "prod.example.com", Port: 443, Protocol: "https"},
	}
	a := policy.Plain(findings)
	a.Active[0].New, a.Active[0].Age = false, 40*24*time.Hour
	return a
}

// guideVerdicts says which policies of the guide fail on guideFindings.
func guideVerdicts() map[string]bool {
	return map[string]bool{
		"high":                           true,
		"critical, new:medium":           true,
		"medium>=10":                     false,
		"rule:tls.*, rule:redis.no-auth": true,
		"any>100":                        false,
		"never":                          false,

		"expr: new && port in [22, 3389]":                    true,
		`expr: severity >= high && !(service == "http")`:     true,
		"expr: kev || cvss >= 9":                             true,
		`expr: target =~ "^prod" && severity > low`:          true,
		`expr: tag == "database"`:                            true,
		"expr: age > 30 && severity >= medium":               true,
		"expr: count(severity >= medium && port != 443) > 3": false,
	}
}

func guide(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("../../templates/guides/policy.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

// Each policy of the guide is judged, and each verdict is of a policy of the guide.
func TestGuidePolicies(t *testing.T) {
	examples, verdicts := guidePolicies(guide(t)), guideVerdicts()
	for _, text := range examples {
		p, err := policy.Parse(text)
		want, known := verdicts[text]
		if err != nil || !known {
			t.Errorf("%q: known %v, %v", text, known, err)
			continue
		}
		if got := p.Judge(guideFindings()); got.Failed != want {
			t.Errorf("%q: failed %v, want %v", text, got.Failed, want)
		}
	}
	for text := range verdicts {
		if !slices.Contains(examples, text) {
			t.Errorf("%q is not in the guide", text)
		}
	}
	if got := guidePolicies("```policy\na\nb\n```\n```sh\nc\n```\n"); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("the policies of a page are read as %q", got)
	}
}

func guidePolicies(page string) (lines []string) {
	for _, block := range regexp.MustCompile("(?s)```policy\n(.*?)```").FindAllStringSubmatch(page, -1) {
		lines = append(lines, strings.Split(strings.TrimSpace(block[1]), "\n")...)
	}
	return lines
}

// The file of suppressions that the guide shows is read, and does what it says.
func TestGuideSuppressions(t *testing.T) {
	text, err := os.ReadFile("../../examples/guides/suppressions/portolan-ignore.yml")
	if err != nil {
		t.Fatal(err)
	}
	s, err := policy.ReadSuppressions(text, "portolan-ignore.yml", today)
	if err != nil || len(s.List) != 2 {
		t.Fatalf("%+v, %v", s, err)
	}
	at := engine.Finding{Rule: "http.no-csp", Severity: engine.Medium, Target: "a.dev.example.com"}
	worse := at
	worse.Severity = engine.High
	if second := &s.List[1]; !second.Matches(&at) || second.Matches(&worse) || second.Owner != "@team-web" {
		t.Errorf("the second is %+v", second)
	}
}
