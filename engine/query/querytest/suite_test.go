package querytest

import (
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

func TestParseSuite(t *testing.T) {
	s, err := parseSuite("x", "# words\nnow 2020-01-02T03:04:05Z\ndoc b {\"port\": 80}\ndoc a {}\n\n? *\n= a b\n? port:81\n~ it is not so\n=\n? port:\n! 5 no value\n")
	if err != nil {
		t.Fatal(err)
	}
	if s.Now.Year() != 2020 || len(s.Documents) != 2 || len(s.Cases) != 3 {
		t.Errorf("read as %+v", s)
	}
	if got := strings.Join(s.Cases[0].Want, " "); got != "b a" || s.Cases[0].Line != 6 {
		t.Errorf("first case %+v, want the order of the documents", s.Cases[0])
	}
	if c := s.Cases[1]; c.Want == nil || len(c.Want) > 0 || c.Differs != "it is not so" {
		t.Errorf("second case %+v", c)
	}
	if r := s.Cases[2].Refusal; r == nil || r.Column != 5 || r.Words != "no value" {
		t.Errorf("third case %+v", r)
	}
}

// What a file must not be, and the words of the error.
func TestParseSuiteRefuses(t *testing.T) {
	for content, words := range map[string]string{
		"":                          "asks nothing",
		"# only words\n":            "asks nothing",
		"doc a {}\n":                "asks nothing",
		"doc a {}\nfind a\n":        `2: unknown verb "find"`,
		"? a\n":                     "1: the query of line 1 has no answer",
		"? a\n? b\n=\n":             "2: the query of line 1 has no answer",
		"=\n":                       "without a query",
		"? a\n=\n=\n":               "3: an answer without a query",
		"? a\n=\n! 1 x\n":           "3: an answer without a query",
		"? a\n= b\n":                `no document "b"`,
		"? a\n!\n":                  "COLUMN",
		"? a\n! x y\n":              "COLUMN",
		"doc a {}\ndoc a {}\n? b\n": `2: a second document "a"`,
		"doc a {\n? b\n=\n":         `1: document "a"`,
		"doc a []\n? b\n=\n":        `1: document "a"`,
		"now yesterday\n":           "1: parsing time",
	} {
		_, err := parseSuite("x", content)
		if err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%q: error %v, want %q", content, err, words)
		}
	}
}

func TestReadRefusesAnEmptyFolder(t *testing.T) {
	if _, err := Read(t.TempDir()); err == nil {
		t.Error("a folder without suites is read")
	}
}

// A searcher that is wrong, an error that is another, and an error that does
// not come are problems.
func TestProblems(t *testing.T) {
	s, err := parseSuite("x", "doc a {}\ndoc b {}\n? *\n= a b\n? port:\n! 5 no value\n? (a\n! 1 no value\n? a\n! 1 no value\n? a)\n=\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		number int
		found  []string
		words  string
	}{
		{0, []string{"b", "a"}, ""},
		{0, []string{"a"}, "got [a]"},
		{0, []string{"a", "b", "b"}, "got [a b b]"},
		{0, nil, "got []"},
		{1, nil, ""},
		{2, nil, "never closed"},
		{3, nil, "error <nil>"},
		{4, nil, "never opened"},
	} {
		got := s.Cases[c.number].problem(&s, func(*query.Query) []string { return c.found })
		if !strings.Contains(got, c.words) || (got == "") != (c.words == "") {
			t.Errorf("case %d with %v: %q, want %q", c.number, c.found, got, c.words)
		}
	}
}
