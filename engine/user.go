package engine

import (
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Lengths of what people, teams and keys are called.
const (
	maxNameRunes = 100
	maxEmail     = 254 // bytes, RFC 5321 section 4.5.3.1.3 without the angle brackets
)

// UserID numbers a user; ids are never used again.
type UserID int64

// User is somebody who may use the engine. Who they are they show with one of
// their keys.
type User struct {
	ID        UserID
	Email     string // unique, whatever its case
	FirstName string
	LastName  string
	Plan      string // the name of a [Plan]
	TeamID    TeamID // 0: in no team
	Disabled  bool   // no key of theirs opens the door; what is theirs stays
	CreatedAt time.Time
}

// Owner is what others see of the user.
func (u User) Owner() Owner { return Owner{ID: u.ID, Email: u.Email} }

// Mates reports whether two users are in the same team. Nobody is a mate of
// somebody without a team.
func (u User) Mates(other User) bool { return u.TeamID != 0 && u.TeamID == other.TeamID }

// Validate reports the first member a user may not have.
func (u User) Validate() error {
	if err := ValidateEmail(u.Email); err != nil {
		return err
	}
	if err := validateName("first_name", u.FirstName); err != nil {
		return err
	}
	return validateName("last_name", u.LastName)
}

// ValidateEmail reports what is no plain e-mail address. A host without a dot is
// one: admin@localhost.
func ValidateEmail(email string) error {
	address, err := mail.ParseAddress(email)
	if err != nil || address.Address != email || len(email) > maxEmail {
		return &Error{Kind: Invalid, Title: "E-mail address is not valid", Field: "email", Detail: fmt.Sprintf("%q is not an e-mail address", email), Hint: "write it as ann@example.com"}
	}
	return nil
}

// validateName reports a name that is too long, or that would not stand on one line
// of a list.
func validateName(field, name string) error {
	n := utf8.RuneCountInString(name)
	switch {
	case n > maxNameRunes:
		return badName(field, fmt.Sprintf("%s has %d characters, at most %d are allowed", field, n, maxNameRunes), "choose another")
	case !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl):
		return badName(field, field+" holds characters that cannot be printed", "write it as plain text on one line")
	case strings.TrimSpace(name) != name:
		return badName(field, field+" begins or ends with a space", "leave the space out")
	}
	return nil
}

func badName(field, detail, hint string) error {
	return &Error{Kind: Invalid, Title: "Name is not valid", Field: field, Detail: detail, Hint: hint}
}
