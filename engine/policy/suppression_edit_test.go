package policy_test

import (
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

func suppression(id string) policy.Suppression {
	return policy.Suppression{ID: id, Reason: "behind VPN: #42", Expires: time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC)}
}

func TestSuppress(t *testing.T) {
	const added = "- id: 7f9c2a10b3d4e5f6\n    reason: 'behind VPN: #42'\n    expires: 2027-01-31\n"
	tests := []struct{ name, text, want string }{
		{"new file", "", "version: 1\nsuppressions:\n  " + added},
		{"comment only", "# ours\n", "# ours\nversion: 1\nsuppressions:\n  " + added},
		{"no list", "version: 1\n", "version: 1\nsuppressions:\n  " + added},
		{"empty list", "version: 1\nsuppressions:\n", "version: 1\nsuppressions:\n  " + added},
		{
			"comments, blank lines and columns stay",
			"# head\nversion: 1\n\nsuppressions:\n\n- rule: 'a'   # why\n  reason: r\n  expires: 2026-12-01\n\n# foot\n\n",
			"# head\nversion: 1\n\nsuppressions:\n\n- rule: 'a'   # why\n  reason: r\n  expires: 2026-12-01\n\n# foot\n" + strings.ReplaceAll(added, "    ", "  "),
		},
		{
			"brackets open up", "version: 1\nsuppressions: [] # none yet\n",
			"version: 1\nsuppressions:\n  # none yet\n  " + added,
		},
		{
			"other keys follow", "suppressions:\n  # old\n  - {rule: a, reason: r, expires: 2026-12-01}\nversion: 1 # form\n",
			"suppressions:\n  # old\n  - {rule: a, reason: r, expires: 2026-12-01}\n  " + added + "version: 1 # form\n",
		},
		{
			"renewed", "version: 1\nsuppressions:\n  # expired once\n  - id: 7f9c2a10b3d4e5f6 # shop\n    reason: old\n    owner: me\n    expires: 2026-11-01\n",
			"version: 1\nsuppressions:\n  # expired once\n  - id: 7f9c2a10b3d4e5f6 # shop\n    reason: 'behind VPN: #42'\n    owner: me\n    expires: 2027-01-31\n",
		},
		{
			"an entry that is narrowed is another", "version: 1\nsuppressions:\n  - {id: 7f9c2a10b3d4e5f6, port: 1, reason: r, expires: 2026-12-01}\n",
			"version: 1\nsuppressions:\n  - {id: 7f9c2a10b3d4e5f6, port: 1, reason: r, expires: 2026-12-01}\n  " + added,
		},
	}
	for _, test := range tests {
		got, err := policy.Suppress([]byte(test.text), "f", suppression("7f9c2a10b3d4e5f6"), today)
		if err != nil || string(got) != test.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", test.name, err, got, test.want)
		}
	}
}

func TestSuppressRefusesABrokenFile(t *testing.T) {
	for _, text := range []string{"version: 1\nsupressions: []", "a: [", "version: 1\nsuppressions:\n  - {rule: a}"} {
		if _, err := policy.Suppress([]byte(text), "f", suppression("7f9c2a10b3d4e5f6"), today); engine.KindOf(err) != engine.Invalid {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// FuzzSuppress: a file that can be read has one entry more, or one renewed, and the
// others say what they said; nothing makes the reader or the editor panic.
func FuzzSuppress(f *testing.F) {
	for _, text := range []string{
		"", "version: 1\nsuppressions: []\n", "version: 1\nsuppressions:\n- {rule: a, reason: r, expires: 2026-12-01}\n# end",
		"version: 1\nsuppressions:\n  - rule: a\n    reason: |\n      two\n      lines\n    expires: 2026-12-01\n",
		"version: 1\nsuppressions:\n  - id: 7f9c2a10b3d4e5f6\n    reason: r\n    expires: 2026-12-01\n---\nmore: 1\n",
		"&a {version: 1, suppressions: *a}", "version: 1\r\nsuppressions:\r\n...\r\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		before, err := policy.ReadSuppressions([]byte(text), "f", today)
		if err != nil {
			return
		}
		edited, err := policy.Suppress([]byte(text), "f", suppression("7f9c2a10b3d4e5f6"), today)
		if err != nil {
			return // a form that cannot be edited is refused, and nothing is written
		}
		after, err := policy.ReadSuppressions(edited, "f", today)
		if err != nil || len(after.List) < len(before.List) || len(after.List) > len(before.List)+1 {
			t.Fatalf("%q became %q: %d entries, were %d, %v", text, edited, len(after.List), len(before.List), err)
		}
		finding := engine.Finding{Fingerprint: "7f9c2a10b3d4e5f6"}
		last := after.List[len(after.List)-1]
		if len(after.List) > len(before.List) && (!last.Matches(&finding) || last.Reason != "behind VPN: #42") {
			t.Fatalf("%q became %q: the last is %+v", text, edited, last)
		}
	})
}
