package provider_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"github.com/portolan-io/terraform-provider-portolan/provider"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"nginx/1.18.0":             "nginx/1.18.0",
		"日本語 ✓":                    "日本語 ✓",
		"a\x1b[2Jb":                `a\u001b[2Jb`,
		"a\nb\tc\rd":               "a b c d",
		"c1 \u009b31m":             `c1 \u009b31m`,
		"\u202eevil":               `\u202eevil`,
		"bad \xff utf8":            "bad \ufffd utf8",
		strings.Repeat("ä", 11):    strings.Repeat("ä", 10) + "…",
		"line\u2028sep\u2066x\x7f": `line\u2028sep\u2066x\u007f`,
	} {
		limit := 10
		if !strings.HasPrefix(in, "ä") {
			limit = 100
		}
		if got := provider.Clean(in, limit); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

func TestCleanJSON(t *testing.T) {
	document, err := json.Marshal(map[string]string{"banner": "\x1b]0;x\x07 \u009b31m \u202e \x7f ä"})
	if err != nil {
		t.Fatal(err)
	}
	cleaned := provider.CleanJSON(document)
	if i := strings.IndexFunc(cleaned, unicode.IsControl); i >= 0 {
		t.Errorf("a control character is left at %d: %q", i, cleaned)
	}
	var before, after map[string]string
	if err := json.Unmarshal(document, &before); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(cleaned), &after); err != nil {
		t.Fatal(err)
	}
	if before["banner"] != after["banner"] {
		t.Errorf("the meaning changed from %q to %q", before["banner"], after["banner"])
	}
}

func FuzzClean(f *testing.F) {
	for _, seed := range []string{"SSH-2.0-OpenSSH_8.9p1 Ubuntu-3\r\n", "220 (vsFTPd 3.0.3)\r\n", "\x1b[31mHTTP/1.1 400 Bad Request\r\n", "\xff\xfb\x01\xff\xfb\x03"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got := provider.Clean(in, 50)
		if strings.ContainsFunc(got, unicode.IsControl) || strings.ContainsFunc(got, func(r rune) bool { return unicode.Is(unicode.Bidi_Control, r) }) {
			t.Errorf("%q becomes %q, which steers a terminal", in, got)
		}
	})
}
