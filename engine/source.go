package engine

import (
	"fmt"
	"net/url"
	"regexp"
	"unicode"
	"unicode/utf8"
)

// Source is where a scan comes from: whoever creates it says so, the engine guesses
// nothing. Members that do not apply are "".
type Source struct {
	Repository string `json:"repository,omitempty"` // "owner/name", or its URL
	Branch     string `json:"branch,omitempty"`     // "main"; of what is no branch the ref without "refs/": "pull/7/merge", "tags/v1"
	Commit     string `json:"commit,omitempty"`     // "9fceb02d0ae598e95dc970b74767f19372d61af8"
	RunURL     string `json:"run_url,omitempty"`    // the page of the run that created the scan
}

// Limits of the members of a [Source].
const (
	maxSourceRunes = 255
	maxRunURL      = 2000
)

var commitWord = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$`)

// Validate reports the first thing wrong with the source, naming its field.
func (s Source) Validate() error {
	if err := validateSourceName("repository", s.Repository); err != nil {
		return err
	}
	if err := validateSourceName("branch", s.Branch); err != nil {
		return err
	}
	if s.Commit != "" && !commitWord.MatchString(s.Commit) {
		return badSource("commit", fmt.Sprintf("%q does not name a commit", s.Commit), "write its hash, as git rev-parse HEAD gives it")
	}
	return s.validateRunURL()
}

func validateSourceName(field, name string) error {
	if n := utf8.RuneCountInString(name); n > maxSourceRunes {
		return badSource(field, fmt.Sprintf("the %s has %d characters, at most %d are allowed", field, n, maxSourceRunes), "shorten it")
	}
	isOdd := func(r rune) bool { return !unicode.IsGraphic(r) || unicode.IsSpace(r) || r == utf8.RuneError }
	for _, r := range name {
		if isOdd(r) {
			return badSource(field, fmt.Sprintf("the %s has a space or a character that cannot be printed", field), "write it as the repository's host shows it")
		}
	}
	return nil
}

// validateRunURL: reports make a link of it.
func (s Source) validateRunURL() error {
	if s.RunURL == "" {
		return nil
	}
	u, err := url.Parse(s.RunURL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || len(s.RunURL) > maxRunURL {
		return badSource("run_url", fmt.Sprintf("run_url is not the address of a page, or longer than %d characters", maxRunURL), "write it as https://ci.example.com/runs/7")
	}
	return nil
}

func badSource(field, detail, hint string) error {
	return &Error{Kind: Invalid, Title: "Source is not valid", Field: field, Detail: detail, Hint: hint}
}

// Again is the source of a scan that repeats one: it was another run that asked for it.
func (s Source) Again() Source {
	s.RunURL = ""
	return s
}
