package policy

import (
	"fmt"
	"slices"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Notice is what people should know about one suppression.
type Notice struct {
	Warning bool // it does not hold any more; else it is only worth a look
	File    string
	Line    int
	Text    string // one sentence, without a full stop
}

// String gives "file:line: warning: text".
func (n Notice) String() string {
	level := "notice"
	if n.Warning {
		level = "warning"
	}
	return fmt.Sprintf("%s:%d: %s: %s", n.File, n.Line, level, n.Text)
}

// notices tells which suppressions are over, which will be soon, and which are in
// force and set nothing aside.
func (s Suppressions) notices(used []bool, at time.Time) []Notice {
	var list []Notice
	for i := range s.List {
		one := &s.List[i]
		notice := Notice{File: one.File, Line: one.Line}
		switch {
		case one.Expired(at):
			notice.Warning = true
			notice.Text = fmt.Sprintf("the suppression of %s expired on %s and does not apply; remove it, or give it another date", one.subject(), one.Expires.Format(time.DateOnly))
		case !used[i]:
			notice.Text = fmt.Sprintf("the suppression of %s matches nothing; %s", one.subject(), s.whyUnused(one))
		case one.Expiring(at):
			notice.Text = fmt.Sprintf("the suppression of %s expires %s, on %s", one.subject(), one.TimeLeft(at), one.Expires.Format(time.DateOnly))
		default:
			continue
		}
		list = append(list, notice)
	}
	return list
}

// whyUnused says what to do about a suppression that sets nothing aside.
func (s Suppressions) whyUnused(one *Suppression) string {
	isRule := func(id string) bool { return matchGlob(one.Rule, id) }
	if one.Rule == "" || s.Rules == nil || slices.ContainsFunc(s.Rules, isRule) {
		return "remove it if the finding is mended"
	}
	hint := engine.Meant(one.Rule, s.Rules, "see portolan checks")
	return fmt.Sprintf("no check is called %q, %s", one.Rule, hint)
}

// subject names what is suppressed in a word or two.
func (s *Suppression) subject() string {
	for _, text := range []string{s.ID, s.Rule, s.Target, s.Path} {
		if text != "" {
			return text
		}
	}
	return fmt.Sprintf("port %d", s.Port)
}

// TimeLeft says in days how long a suppression holds: "today", "in 9 days".
func (s *Suppression) TimeLeft(at time.Time) string {
	switch days := int(s.Expires.Sub(at.UTC().Truncate(day)) / day); days {
	case 0:
		return "today"
	case 1:
		return "tomorrow"
	default:
		return fmt.Sprintf("in %d days", days)
	}
}
