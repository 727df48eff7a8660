package querytest

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// Suite is one file of the test language; README.md beside the files describes it.
type Suite struct {
	Name      string    // of the file, without its ending: "phrase"
	Now       time.Time // what date math starts from
	Documents []Document
	Cases     []Case
}

// Document is a document under a name that is its own within the suite.
type Document struct {
	Name string
	JSON json.RawMessage // an object
}

// Case is a query and what it must find.
type Case struct {
	Line    int // in the file
	Query   string
	Want    []string // names, in the order of the documents
	Refusal *Refusal // instead of Want
	Differs string   // what Elasticsearch does instead; "" where it does the same
}

// Refusal is the error that a query must give.
type Refusal struct {
	Column int    // in characters, from 1
	Words  string // part of the text of the error
}

// Read reads the suites of a folder, by name.
func Read(folder string) ([]Suite, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*.test"))
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("no suite *.test in %s", folder)
	}
	var suites []Suite
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		suite, err := parseSuite(strings.TrimSuffix(filepath.Base(path), ".test"), string(content))
		if err != nil {
			return nil, fmt.Errorf("%s:%w", path, err)
		}
		suites = append(suites, suite)
	}
	return suites, nil
}

// parseSuite reads a file; an error begins with the number of the line.
func parseSuite(name, content string) (Suite, error) {
	s := Suite{Name: name, Now: time.Date(2025, 3, 21, 12, 0, 0, 0, time.UTC)}
	number := 0
	for line := range strings.Lines(content) {
		number++
		if err := s.line(number, strings.TrimSuffix(line, "\n")); err != nil {
			return s, fmt.Errorf("%d: %w", number, err)
		}
	}
	if len(s.Cases) == 0 {
		return s, fmt.Errorf("%d: the file asks nothing", number)
	}
	if err := s.answered(); err != nil {
		return s, fmt.Errorf("%d: %w", number, err)
	}
	return s, nil
}

// answered gives an error when the last query has no answer.
func (s *Suite) answered() error {
	if last := s.last(); last != nil && last.Want == nil && last.Refusal == nil {
		return fmt.Errorf("the query of line %d has no answer", last.Line)
	}
	return nil
}

func (s *Suite) last() *Case {
	if len(s.Cases) == 0 {
		return nil
	}
	return &s.Cases[len(s.Cases)-1]
}

func (s *Suite) line(number int, line string) (err error) {
	verb, rest, _ := strings.Cut(line, " ")
	switch verb {
	case "", "#":
		return nil
	case "now":
		s.Now, err = time.Parse(time.RFC3339, rest)
		return err
	case "doc":
		return s.document(rest)
	case "?":
		if err := s.answered(); err != nil {
			return err
		}
		s.Cases = append(s.Cases, Case{Line: number, Query: rest})
		return nil
	case "~", "=", "!":
		return s.answer(verb, rest)
	}
	return fmt.Errorf("unknown verb %q", verb)
}

func (s *Suite) document(text string) error {
	name, object, _ := strings.Cut(text, " ")
	if s.index(name) >= 0 {
		return fmt.Errorf("a second document %q", name)
	}
	var members map[string]any
	if err := json.Unmarshal([]byte(object), &members); err != nil {
		return fmt.Errorf("document %q: %w", name, err)
	}
	s.Documents = append(s.Documents, Document{Name: name, JSON: json.RawMessage(object)})
	return nil
}

// answer reads what belongs to the last query.
func (s *Suite) answer(verb, text string) error {
	c := s.last()
	if c == nil || c.Want != nil || c.Refusal != nil {
		return errors.New("an answer without a query")
	}
	switch verb {
	case "~":
		c.Differs = text
		return nil
	case "!":
		column, words, _ := strings.Cut(text, " ")
		n, err := strconv.Atoi(column)
		if err != nil || words == "" {
			return errors.New("write ! COLUMN WORDS")
		}
		c.Refusal = &Refusal{n, words}
		return nil
	}
	names := strings.Fields(text)
	for _, name := range names {
		if s.index(name) < 0 {
			return fmt.Errorf("no document %q", name)
		}
	}
	c.Want = s.order(names)
	return nil
}

// order sorts names by their place among the documents.
func (s *Suite) order(names []string) []string {
	sorted := append([]string{}, names...)
	slices.SortFunc(sorted, func(a, b string) int { return s.index(a) - s.index(b) })
	return sorted
}

func (s *Suite) index(name string) int {
	return slices.IndexFunc(s.Documents, func(d Document) bool { return d.Name == name })
}

// mismatch says how an error differs from what is wanted; "" if it does not.
func (r *Refusal) mismatch(err error) string {
	var syntax *query.SyntaxError
	if !errors.As(err, &syntax) {
		return fmt.Sprintf("error %v, want a SyntaxError", err)
	}
	if syntax.Column != r.Column || !strings.Contains(syntax.Error(), r.Words) {
		return fmt.Sprintf("%v; want column %d: %s", syntax, r.Column, r.Words)
	}
	return ""
}
