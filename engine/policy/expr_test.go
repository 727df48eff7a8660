package policy_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// assessed are three findings that differ in all an expression can ask for.
func assessed() policy.Assessment {
	const day = 24 * time.Hour
	list := []engine.Finding{
		{Rule: "redis.no-auth", Severity: engine.Critical, Target: "prod-db.example.com", Port: 6379, Protocol: "redis", CVSS: 9.8, EPSS: 0.9, KEV: true, Tags: []string{"database", "exposure"}},
		{Rule: "ssh.weak-kex", Severity: engine.Medium, Target: "192.0.2.1", Port: 22, Protocol: "ssh", CVSS: 5.3, Tags: []string{"ssh"}},
		{Rule: "http.no-csp", Severity: engine.Low, Target: "prod-web.example.com", Port: 443, Protocol: "https", Path: "/", Tags: []string{"http"}},
	}
	return policy.Assessment{Active: []policy.Assessed{
		{Finding: &list[0], New: true},
		{Finding: &list[1], Age: 40 * day},
		{Finding: &list[2], Age: 2 * day},
	}}
}

func TestExpression(t *testing.T) {
	tests := []struct {
		text  string
		count int // findings counted
		holds bool
	}{
		{`new`, 1, true},
		{`!new`, 2, true},
		{`new == false`, 2, true},
		{`new != false && kev == true`, 1, true},
		{`new && port in [22, 3389]`, 0, false},
		{`severity >= medium`, 2, true},
		{`severity == low`, 1, true},
		{`severity in [critical, low]`, 2, true},
		{`severity < info`, 0, false},
		{`rule == "redis.no-auth"`, 1, true},
		{`rule != "redis.no-auth"`, 2, true},
		{`rule in ["ssh.weak-kex", "http.no-csp"]`, 2, true},
		{`target =~ "^prod-"`, 2, true},
		{`target =~ "\.com$"`, 2, true},
		{`path == "/"`, 1, true},
		{`service == "ssh"`, 1, true},
		{`cvss > 9 || age > 30`, 2, true},
		{`cvss >= 5.3`, 2, true},
		{`epss >= 0.5`, 1, true},
		{`kev`, 1, true},
		{`age <= 2`, 2, true},
		{`tag == "exposure"`, 1, true},
		{`tag != "exposure"`, 2, true},
		{`"a"=="b"`, -1, false},
		// && binds tighter than ||.
		{`kev || new && port == 22`, 1, true},
		{`(kev || new) && port == 22`, 0, false},
		{`!(kev || new) && port == 22`, 1, true},
		{`count(severity >= medium) > 1`, 2, true},
		{`count(severity>=medium && target=~"^prod") > 3`, 1, false},
		{`count(new) == 0 || count(port == 22) >= 1`, 2, true},
		{`!(count(kev) > 0)`, 1, false},
	}
	for _, test := range tests {
		p, err := policy.Parse("expr: " + test.text)
		if test.count < 0 {
			if err == nil {
				t.Errorf("%s was accepted", test.text)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", test.text, err)
			continue
		}
		verdict := p.Judge(assessed())
		if verdict.Failed != test.holds || test.holds && verdict.Matched[0].Count != test.count {
			t.Errorf("%s gives %+v, want %v with %d", test.text, verdict, test.holds, test.count)
		}
		again, err := policy.Parse(p.String())
		if err != nil || again.String() != p.String() || again.Judge(assessed()).Failed != verdict.Failed {
			t.Errorf("%s is written as %q, which reads as %q, %v", test.text, p, again, err)
		}
	}
}

func TestExpressionRefuses(t *testing.T) {
	tests := []struct{ text, says string }{
		{`sevrity >= high`, `did you mean "severity"`},
		{`severity >= hihg`, `did you mean "high"`},
		{`severity >= 3`, "is not a severity"},
		{`severity`, "wanted is one of"},
		{`severity =~ "high"`, "wanted is one of"},
		{`port == "22"`, "a number"},
		{`port == 1.2.3`, "a number"},
		{`rule == redis`, "a text in quotes"},
		{`rule > "a"`, "wanted is one of"},
		{`new == maybe`, "true or false"},
		{`new in [true]`, "&&, || or the end"},
		{`new new`, "&&, || or the end"},
		{`new &&`, "a field such as severity"},
		{`(new`, `")"`},
		{`new)`, "&&, || or the end"},
		{`port in 22`, `"["`},
		{`port in []`, "a number"},
		{`port in [22`, `"]"`},
		{`target =~ "("`, "missing closing"},
		{`target == "a`, "no closing quote"},
		{`new & kev`, "does not belong here"},
		{`count(new)`, "wanted is one of"},
		{`count(new) > 1.5`, "a whole number"},
		{`count(new) > -1`, "a whole number"},
		{`count(count(new) > 1) > 1`, "within count"},
		{`count(new) > 1 && kev`, "about all findings"},
		{`true`, "there is no field"},
		{``, "a field such as severity"},
		{strings.Repeat("(", 100) + "new", "nested more than"},
		{strings.Repeat("!", 100) + "new", "nested more than"},
		{"new" + strings.Repeat(" && new", 2000), "at most"},
	}
	for _, test := range tests {
		_, err := policy.Parse("expr: " + test.text)
		var e *engine.Error
		if !errors.As(err, &e) || e.Kind != engine.Invalid || e.Field != "fail_on" || e.Hint == "" || !strings.Contains(e.Error(), test.says) {
			t.Errorf("%.60s: %v, want it to say %q with a hint", test.text, err, test.says)
		}
	}
}

// TestNewItems: only what the baseline does not know counts.
func TestNewItems(t *testing.T) {
	for text, want := range map[string]bool{"new:critical": true, "new:low>1": false, "low>2": true, "new:any==1": true} {
		p, err := policy.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Judge(assessed()); got.Failed != want {
			t.Errorf("%s: %+v", text, got)
		}
	}
}

// FuzzParse: what is read can be written and read again, and means the same.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"high", "critical, new:medium>=3", "rule:redis.*", "never", "",
		`expr: new && port in [22,3389]`, `expr: count(severity>=medium && target=~"^prod") > 3`,
		`expr: !(cvss > 9.0 || !kev) && tag != "a\"b\\c"`, "expr: ((((new))))",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := policy.Parse(text)
		if err != nil {
			return
		}
		again, err := policy.Parse(p.String())
		if err != nil || again.String() != p.String() {
			t.Fatalf("%q is written as %q, which reads as %q, %v", text, p, again, err)
		}
		a, b := p.Judge(assessed()), again.Judge(assessed())
		if a.Failed != b.Failed || !slices.Equal(a.Matched, b.Matched) {
			t.Fatalf("%q judges %+v, and written anew %+v", text, a, b)
		}
	})
}
