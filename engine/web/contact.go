package web

import (
	"regexp"
	"slices"
	"strings"
)

// maxEmails is how many addresses are looked at, maxEmail how long one may be
// (RFC 5321 section 4.5.3.1: 64 and 255 bytes; real ones are shorter).
const (
	maxEmails = 20
	maxEmail  = 64
)

// Contacts are addresses found on the page.
type Contacts struct {
	Emails []string `json:"emails"`
}

var emailAddress = regexp.MustCompile(`^[A-Za-z0-9._%+-]+@(?:[A-Za-z0-9-]+\.){1,5}[A-Za-z]{2,24}\b`)

// findContacts looks round each "@", because few pages have one and a pattern
// that begins anywhere is slow.
func findContacts(body string) *Contacts {
	var emails []string
	for i := 0; len(emails) < maxEmails; {
		at := strings.IndexByte(body[i:], '@')
		if at < 0 {
			break
		}
		i += at
		start := i
		for start > 0 && i-start < maxEmail && isMailbox(body[start-1]) {
			start--
		}
		if found := emailAddress.FindString(body[start:min(len(body), i+2*maxEmail)]); found != "" {
			emails = append(emails, found)
		}
		i++
	}
	if len(emails) == 0 {
		return nil
	}
	slices.Sort(emails)
	return &Contacts{Emails: slices.Compact(emails)}
}

func isMailbox(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("._%+-", c) >= 0
}
