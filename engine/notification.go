package engine

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// NotificationKind is the kind of the records of notifications.
const NotificationKind RecordKind = "notification"

// Channel is the way a notification takes.
type Channel string

// The channels.
const (
	ChannelWebhook Channel = "webhook" // a signed request to a URL
	ChannelEmail   Channel = "email"   // a mail by the server's mail server
	ChannelSlack   Channel = "slack"   // an incoming webhook of Slack, or of what understands the same
)

// NoticeEvent is something that notifications tell of.
type NoticeEvent string

// The events. NoticeTest is what somebody asks for to see whether a notification arrives.
const (
	NoticeScanDone       NoticeEvent = "scan.done"
	NoticeScanFailed     NoticeEvent = "scan.failed"
	NoticeScanCancelled  NoticeEvent = "scan.cancelled"
	NoticeFindingsNew    NoticeEvent = "findings.new"    // one for a scan that found what was not there before
	NoticeIssueNew       NoticeEvent = "issue.new"       // one for each issue
	NoticeIssueRevived   NoticeEvent = "issue.revived"   // …
	NoticeScheduleFailed NoticeEvent = "schedule.failed" // a planned run made no scan, or its scan failed
	NoticeAgentLost      NoticeEvent = "agent.lost"      // reserved
	NoticeTest           NoticeEvent = "test"
)

// NoticeEvents are those a notification may be for.
func NoticeEvents() []NoticeEvent {
	return []NoticeEvent{
		NoticeScanDone, NoticeScanFailed, NoticeScanCancelled, NoticeFindingsNew, NoticeIssueNew, NoticeIssueRevived, NoticeScheduleFailed, NoticeAgentLost,
	}
}

// Notification tells people, or other programs, of what has happened.
type Notification struct {
	Stamp

	Name        string        `json:"name"`
	Kind        Channel       `json:"kind"`
	Events      []NoticeEvent `json:"events"`
	MinSeverity Severity      `json:"min_severity"` // of findings and issues; "" is all
	Enabled     *bool         `json:"enabled"`      // nil is true
	URL         string        `json:"url"`          // of a webhook
	To          []string      `json:"to"`           // addresses of an email

	// Secret signs a webhook; of Slack it is the URL, which lets anybody post who knows
	// it. It is written and never shown.
	Secret    string `json:"secret,omitempty"`
	HasSecret bool   `json:"has_secret"`
}

// NotificationState are the members of a [Notification] that the engine fills in.
func NotificationState() []string { return []string{"has_secret"} }

var _ interface {
	Noun
	Secretive[Notification]
} = (*Notification)(nil)

// RecordKind implements [Noun].
func (*Notification) RecordKind() RecordKind { return NotificationKind }

// RecordName implements [Noun].
func (n *Notification) RecordName() string { return n.Name }

// Inherit implements [Secretive]. A secret does not go along to another channel or URL:
// whoever may change those would learn it.
func (n *Notification) Inherit(before Notification) {
	if n.Secret == "" && n.Kind == before.Kind && n.URL == before.URL {
		n.Secret = before.Secret
	}
}

// Hide implements [Secretive].
func (n *Notification) Hide() { n.HasSecret, n.Secret = n.Secret != "", "" }

// IsEnabled reports whether it tells anybody.
func (n *Notification) IsEnabled() bool { return n.Enabled == nil || *n.Enabled }

// IsFor reports whether it tells of an event.
func (n *Notification) IsFor(event NoticeEvent) bool {
	return n.IsEnabled() && slices.Contains(n.Events, event)
}

// Limits of a notification.
const (
	maxMailTo       = 20
	maxNoticeURL    = 2000
	minNoticeSecret = 16
	maxNoticeSecret = 500
)

// Validate implements [Noun]. Whether there is a secret where one is needed is known when
// the one that is kept is.
func (n *Notification) Validate() error {
	if err := ValidateRecordName(n.Name); err != nil {
		return err
	}
	if n.Kind == "" {
		return badNotification("kind", "the kind is missing", "write webhook, email or slack")
	}
	if err := oneOf("kind", n.Kind, ChannelWebhook, ChannelEmail, ChannelSlack); err != nil {
		return titled("Notification is not valid", err)
	}
	if err := n.validateEvents(); err != nil {
		return err
	}
	if n.MinSeverity != "" {
		if err := n.MinSeverity.Validate(); err != nil {
			return In("min_severity", err)
		}
	}
	return n.validateAddress()
}

func (n *Notification) validateEvents() error {
	if len(n.Events) == 0 {
		return badNotification("events", "it is for no event", "write such as scan.failed or findings.new")
	}
	for i, event := range n.Events {
		if !slices.Contains(NoticeEvents(), event) {
			return badNotification(fmt.Sprintf("events[%d]", i), fmt.Sprintf("%q is no event", string(event)), Meant(string(event), eventWords(), "events are "+strings.Join(eventWords(), ", ")))
		}
	}
	return nil
}

func eventWords() []string {
	words := make([]string, len(NoticeEvents()))
	for i, event := range NoticeEvents() {
		words[i] = string(event)
	}
	return words
}

// validateAddress holds what is said of the way against the channel.
func (n *Notification) validateAddress() error {
	switch {
	case n.Kind != ChannelWebhook && n.URL != "":
		return badNotification("url", "only a webhook has a url", "the URL of Slack is its secret: write it there")
	case n.Kind != ChannelEmail && len(n.To) > 0:
		return badNotification("to", "only an email has addresses", "")
	case n.Kind == ChannelEmail && n.Secret != "":
		return badNotification("secret", "an email has no secret", "who the mail server knows, the server is told when it starts")
	}
	switch n.Kind {
	case ChannelEmail:
		return validateMailTo(n.To)
	case ChannelSlack:
		if n.Secret != "" {
			return ValidateNoticeURL("secret", n.Secret)
		}
		return nil
	}
	if size := len(n.Secret); size > 0 && (size < minNoticeSecret || size > maxNoticeSecret) {
		return badNotification("secret", fmt.Sprintf("the secret has %d characters, it takes %d to %d", size, minNoticeSecret, maxNoticeSecret), "make one with openssl rand -base64 32")
	}
	return ValidateNoticeURL("url", n.URL)
}

func validateMailTo(to []string) error {
	if len(to) == 0 || len(to) > maxMailTo {
		return badNotification("to", fmt.Sprintf("it has %d addresses, an email takes 1 to %d", len(to), maxMailTo), "write a list such as [\"ann@example.com\"]")
	}
	for i, address := range to {
		if err := ValidateEmail(address); err != nil || strings.ContainsFunc(address, unicode.IsControl) {
			return badNotification(fmt.Sprintf("to[%d]", i), fmt.Sprintf("%q is not an e-mail address", address), "write it as ann@example.com")
		}
	}
	return nil
}

// ValidateNoticeURL reports what is no URL that can be posted to. The error does not
// repeat it: it may be a secret.
func ValidateNoticeURL(field, text string) error {
	u, err := url.Parse(text)
	switch {
	case text == "":
		return badNotification(field, field+" is missing", "write https://…")
	case err != nil || u.Hostname() == "" || len(text) > maxNoticeURL || strings.ContainsFunc(text, unicode.IsControl):
		return badNotification(field, field+" is not a URL", "write https://host/path")
	case u.Scheme != "https" && u.Scheme != "http":
		return badNotification(field, field+" is neither https nor http", "write https://…")
	case u.User != nil:
		return badNotification(field, field+" has a user in it", "take it out: it would be shown to whoever reads the notification")
	case u.Fragment != "":
		return badNotification(field, field+" has a fragment, which is never sent", "take out what follows #")
	}
	return nil
}

// Settle gives a valid notification the form it is kept in.
func (n *Notification) Settle() {
	n.Enabled = new(n.IsEnabled())
	n.Events = slices.Compact(slices.Sorted(slices.Values(n.Events)))
	n.MinSeverity, n.HasSecret = cmp.Or(n.MinSeverity, Info), false
	if n.To == nil {
		n.To = []string{}
	}
}

// NeedsSecret reports a notification that has none and must.
func (n *Notification) NeedsSecret() error {
	if n.Secret != "" || n.Kind == ChannelEmail {
		return nil
	}
	hint := "make one with openssl rand -base64 32, and let the receiver check the signature with it"
	if n.Kind == ChannelSlack {
		hint = "write the URL of the incoming webhook"
	}
	return badNotification("secret", "the secret is missing; one that was kept holds for the same kind and url only", hint)
}

func badNotification(field, detail, hint string) error {
	return &Error{Kind: Invalid, Title: "Notification is not valid", Field: field, Detail: detail, Hint: hint}
}
