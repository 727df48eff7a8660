package policy_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

func findings(severities ...engine.Severity) []engine.Finding {
	list := make([]engine.Finding, len(severities))
	for i, s := range severities {
		list[i] = engine.Finding{Rule: "test." + string(s), Severity: s}
	}
	return list
}

func TestParse(t *testing.T) {
	tests := []struct{ text, want string }{
		{"never", "never"},
		{" never\n", "never"},
		{"high", "high"},
		{"high > 0", "high"},
		{"medium>=10", "medium>=10"},
		{"medium >= 010", "medium>=10"},
		{"info==0", "info==0"},
		{"any", "any"},
		{"critical,rule:redis.*", "critical, rule:redis.*"},
		{"critical\nrule: tls.cert-?xpired\n", "critical, rule:tls.cert-?xpired"},
		{"  critical,\n\n  medium>3,\n", "critical, medium>3"},
		{"critical\r\nlow", "critical, low"},
		{"critical, new: medium", "critical, new:medium"},
		{"new:any >= 3", "new:any>=3"},
		{"expr: new && port in [22,3389], low", "expr: new && port in [22, 3389], low"},
		{`expr:target=~"a,b" , critical`, `expr: target =~ "a,b", critical`},
	}
	for _, test := range tests {
		p, err := policy.Parse(test.text)
		if err != nil {
			t.Errorf("Parse(%q): %v", test.text, err)
			continue
		}
		if got := p.String(); got != test.want {
			t.Errorf("Parse(%q) = %q, want %q", test.text, got, test.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	tests := []struct{ text, says string }{
		{"", "empty"},
		{" \n\n ", "empty"},
		{"hihg", `did you mean "high"`},
		{"High", `did you mean "high"`},
		{"crit", "write never, critical"},
		{"mediun>=10", `did you mean "medium"`},
		{"nevr", `did you mean "never"`},
		{"none", "write never"},
		{"never, high", "stands beside"},
		{"high, never", "stands beside"},
		{"high,,low", "comma too many"},
		{",high", "comma too many"},
		{"high low", "not a word"},
		{"medium<3", "not a comparison"},
		{"medium<=3", "not a comparison"},
		{"medium=3", "not a comparison"},
		{"medium!=3", "not a comparison"},
		{"medium>", "not a number"},
		{"medium>-1", "not a number"},
		{"medium>3.5", "not a number"},
		{"medium>99999999999999999999", "not a number"},
		{">3", "not a word"},
		{"rule:", "names no rule"},
		{"rule:Redis", "not a rule"},
		{"rule:a/b", "not a rule"},
		{"rule:[", "not a rule"},
		{`rule:\*`, "not a rule"},
		{"new:hihg", `did you mean "high"`},
		{"new:", "not a word"},
		{"nwe:high", "not a word"},
	}
	for _, test := range tests {
		p, err := policy.Parse(test.text)
		var e *engine.Error
		if !errors.As(err, &e) {
			t.Errorf("Parse(%q) = %q, %v; want an *engine.Error", test.text, p, err)
			continue
		}
		if e.Kind != engine.Invalid || e.Field != "fail_on" || e.Hint == "" || !strings.Contains(e.Error(), test.says) {
			t.Errorf("Parse(%q) = %+v, want it to say %q with a hint", test.text, e, test.says)
		}
	}
}

func TestJudge(t *testing.T) {
	list := findings(engine.Critical, engine.High, engine.High, engine.Info, "apocalyptic")
	tests := []struct {
		text string
		want []policy.Match
	}{
		{"never", nil},
		{"critical", []policy.Match{{Item: "critical", Count: 1}}},
		{"high", []policy.Match{{Item: "high", Count: 3}}},
		{"high>3", nil},
		{"high>=3", []policy.Match{{Item: "high>=3", Count: 3}}},
		{"high==3", []policy.Match{{Item: "high==3", Count: 3}}},
		{"high==2", nil},
		{"info", []policy.Match{{Item: "info", Count: 4}}},
		{"any", []policy.Match{{Item: "any", Count: 5}}},
		{"critical>5, rule:test.h*", []policy.Match{{Item: "rule:test.h*", Count: 2}}},
		{"rule:test.hig?", []policy.Match{{Item: "rule:test.hig?", Count: 2}}},
		{"rule:test", nil},
		{"rule:*", []policy.Match{{Item: "rule:*", Count: 5}}},
		{"critical, high", []policy.Match{{Item: "critical", Count: 1}, {Item: "high", Count: 3}}},
	}
	for _, test := range tests {
		p, err := policy.Parse(test.text)
		if err != nil {
			t.Fatalf("Parse(%q): %v", test.text, err)
		}
		got := p.Judge(policy.Plain(list))
		if got.Failed != (len(test.want) > 0) || got.Policy != p.String() || got.Matched == nil || !slices.Equal(got.Matched, test.want) {
			t.Errorf("%q judges %+v, want matches %v", test.text, got, test.want)
		}
	}
}

func TestZeroPolicyIsNever(t *testing.T) {
	var p policy.Policy
	if p.String() != policy.Never || p.Judge(policy.Plain(findings(engine.Critical))).Failed {
		t.Errorf("the zero policy is %q and fails on findings", p)
	}
}

func TestCheckRules(t *testing.T) {
	ids := []string{"redis.no-auth", "tls.cert-expired"}
	tests := []struct{ text, says string }{
		{"high", ""},
		{"rule:redis.*, rule:tls.cert-expired", ""},
		{"rule:redis.noauth", `did you mean "rule:redis.no-auth"`},
		{"high, rule:mongodb.*", "no rule is called"},
	}
	for _, test := range tests {
		p, err := policy.Parse(test.text)
		if err != nil {
			t.Fatalf("Parse(%q): %v", test.text, err)
		}
		err = p.CheckRules(ids)
		if test.says == "" && err != nil {
			t.Errorf("CheckRules of %q: %v", test.text, err)
		}
		if test.says != "" && (engine.KindOf(err) != engine.Invalid || !strings.Contains(err.Error(), test.says)) {
			t.Errorf("CheckRules of %q = %v, want it to say %q", test.text, err, test.says)
		}
	}
}
