package policy

import (
	"errors"
	"fmt"
	"net/netip"
	"path"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

var fingerprint = regexp.MustCompile(`^[0-9a-f]{16}$`)

// ValidateFingerprint reports what is no fingerprint of a finding, as an
// [engine.Invalid] [engine.Error].
func ValidateFingerprint(id string) error {
	if fingerprint.MatchString(id) {
		return nil
	}
	return wrongWord(fmt.Sprintf("id %q is not that of a finding", id), "an id has 16 digits from 0 to f, as reports show it")
}

// ParseExpiry reads the last day of a suppression, as 2027-01-31, in UTC. What is no
// date, or lies more than 366 days ahead, is an [engine.Invalid] [engine.Error].
func ParseExpiry(text string, at time.Time) (time.Time, error) {
	last, err := time.Parse(time.DateOnly, text)
	switch {
	case err != nil:
		return last, wrongWord(fmt.Sprintf("expires %q is not a date such as %s", text, usualExpiry(at)), "")
	case last.After(at.Add(maxAhead)):
		return last, wrongWord(fmt.Sprintf("expires %s is more than 366 days ahead", text), "look at it again after a year")
	}
	return last, nil
}

// usualExpiry is the date that hints propose: a quarter ahead.
func usualExpiry(at time.Time) string { return at.UTC().AddDate(0, 3, 0).Format(time.DateOnly) }

// ParseSuppressionStatus reads one of the statuses; another word is an
// [engine.Invalid] [engine.Error].
func ParseSuppressionStatus(text string) (SuppressionStatus, error) {
	words := suppressionStatuses()
	for _, word := range words {
		if word == text {
			return SuppressionStatus(word), nil
		}
	}
	return "", wrongWord(fmt.Sprintf("status %q is not known; %s", text, engine.Meant(text, words, strings.Join(words, ", "))), "")
}

// ValidateReason reports a reason that says nothing, as an [engine.Invalid] [engine.Error].
func ValidateReason(reason string) error {
	if saysSomething(reason) {
		return nil
	}
	return wrongWord("the reason is missing", "say why the finding may stay, for whoever reads this in a year")
}

// parseCeiling reads "<=medium".
func parseCeiling(text string) (engine.Severity, error) {
	word, isCeiling := strings.CutPrefix(text, "<=")
	ceiling := engine.Severity(strings.TrimSpace(word))
	if !isCeiling || ceiling.Rank() < 0 {
		return ceiling, wrongWord(fmt.Sprintf("severity %q is not a ceiling; write for example <=medium", text), "")
	}
	return ceiling, nil
}

const nothingNamed = "nothing is named; give an id, or one of rule, target, port, path"

func (s *Suppression) namesNothing() bool {
	return s.ID == "" && s.Rule == "" && s.Target == "" && s.Port == 0 && s.Path == ""
}

// badPlaces tells what is wrong with the matchers.
func (s *Suppression) badPlaces() (complaints []string) {
	for _, glob := range []string{s.Rule, s.Target, s.Path} {
		if _, err := path.Match(glob, ""); errors.Is(err, path.ErrBadPattern) {
			complaints = append(complaints, fmt.Sprintf("%q is not a glob", glob))
		}
	}
	if strings.Contains(s.Target, "/") {
		if _, err := netip.ParsePrefix(s.Target); err != nil {
			complaints = append(complaints, fmt.Sprintf("target %q is neither a glob over names nor a CIDR", s.Target))
		}
	}
	return complaints
}

// saysSomething is false for the dots of a line that was pasted as it stands.
func saysSomething(reason string) bool {
	return strings.ContainsFunc(reason, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

func wrongWord(detail, hint string) error {
	return &engine.Error{Kind: engine.Invalid, Title: "Suppression is not valid", Detail: detail, Hint: hint}
}

// detailOf is the sentence of an error of ours, for a message that names the line.
func detailOf(err error) string {
	var known *engine.Error
	if errors.As(err, &known) {
		return known.Detail
	}
	return err.Error()
}

// SuppressCommand is the line that sets a finding aside: people paste it and write
// the reason. It proposes a date some time after at, none after the zero time.
func SuppressCommand(id string, at time.Time) string {
	expires := "YYYY-MM-DD"
	if !at.IsZero() {
		expires = usualExpiry(at)
	}
	return fmt.Sprintf("portolan suppress %s --reason '…' --expires %s", id, expires)
}
