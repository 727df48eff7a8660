package recurrence

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// maxText is the longest rule in bytes: more than anybody writes by hand.
const maxText = 1000

// cronField is one of the five fields.
type cronField struct {
	name        string
	first, last int
	words       []string // what may be written for first, first+1 …
}

func cronFields() [5]cronField {
	return [5]cronField{
		{name: "minute", last: 59},
		{name: "hour", last: 23},
		{name: "day of the month", first: 1, last: 31},
		{name: "month", first: 1, last: 12, words: months()},
		{name: "day of the week", last: 7, words: weekdays()}, // 7 is Sunday again
	}
}

func months() []string {
	return []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}
}

func weekdays() []string { return []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"} }

// nicknames are the rules that have a name.
func nicknames() map[string]string {
	return map[string]string{
		"@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
		"@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
	}
}

const cronHint = "write five fields: minute, hour, day of the month, month, day of the week; 30 2 * * MON-FRI is half past two from Monday to Friday"

// ParseCron reads a rule such as "30 2 * * MON-FRI" or "@daily". A rule that no day
// fulfils is an error too.
func ParseCron(text string, zone *time.Location) (Cron, error) {
	if len(text) > maxText {
		return Cron{}, badCron(fmt.Sprintf("it has %d characters, at most %d are read", len(text), maxText), cronHint)
	}
	if written := strings.TrimSpace(text); strings.HasPrefix(written, "@") {
		five, ok := nicknames()[strings.ToLower(written)]
		if !ok {
			return Cron{}, badCron(fmt.Sprintf("there is no %q", written), nicknameHint(written))
		}
		text = five
	}
	words := split(text)
	if len(words) != 5 {
		return Cron{}, badCron(fmt.Sprintf("it has %d fields instead of 5", len(words)), countHint(words))
	}
	c := Cron{zone: zone}
	for i, to := range []*set{&c.minutes, &c.hours, &c.days, &c.months, &c.week} {
		var err error
		if *to, err = cronFields()[i].parse(words[i]); err != nil {
			return Cron{}, err
		}
	}
	c.week |= c.week >> 7 & 1
	c.anyDay, c.anyWeekday = strings.HasPrefix(words[2].text, "*"), strings.HasPrefix(words[4].text, "*")
	if _, ok := c.Next(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)); !ok {
		return Cron{}, badCron(fmt.Sprintf("column %d (day of the month): no year has such a day", words[2].at), "choose a day that the month has")
	}
	return c, nil
}

// word is a piece of a rule and its column, from 1.
type word struct {
	text string
	at   int
}

// split cuts text at its spaces.
func split(text string) (words []word) {
	for at := 0; at < len(text); {
		n := strings.IndexAny(text[at:], " \t")
		if n < 0 {
			n = len(text) - at
		}
		if n > 0 {
			words = append(words, word{text[at : at+n], at + 1})
		}
		at += n + 1
	}
	return words
}

// parse reads the comma list of a field.
func (f cronField) parse(field word) (all set, err error) {
	at := field.at
	for item := range strings.SplitSeq(field.text, ",") {
		part, err := f.parseItem(item)
		if err != nil {
			return 0, placed(err, at, f.name)
		}
		all |= part
		at += len(item) + 1
	}
	return all, nil
}

// parseItem reads *, 7, 7-9, and each of them with a step.
func (f cronField) parseItem(item string) (all set, err error) {
	span, stepText, stepped := strings.Cut(item, "/")
	step := 1
	if stepped {
		if step, err = strconv.Atoi(stepText); err != nil || step < 1 || step > f.last {
			return 0, badCron(fmt.Sprintf("%q is no step from 1 to %d", stepText, f.last), "*/15 is every 15th")
		}
	}
	lo, hi, err := f.parseSpan(span, stepped)
	if err != nil {
		return 0, err
	}
	for n := lo; n <= hi; n += step {
		all |= 1 << n
	}
	return all, nil
}

func (f cronField) parseSpan(span string, stepped bool) (lo, hi int, err error) {
	if span == "*" {
		if f.last == 7 {
			return 0, 6, nil // Sunday counts once
		}
		return f.first, f.last, nil
	}
	from, to, isRange := strings.Cut(span, "-")
	if lo, err = f.number(from); err != nil {
		return 0, 0, err
	}
	switch {
	case isRange:
		hi, err = f.number(to)
	case stepped:
		hi = f.last
	default:
		hi = lo
	}
	if f.last == 7 && hi == 0 && lo > 0 {
		hi = 7 // FRI-SUN
	}
	if err == nil && lo > hi {
		err = badCron(fmt.Sprintf("the range %q runs backwards", span), f.forwards(lo, hi))
	}
	return lo, hi, err
}

// forwards says a range that runs over the end of the field in two.
func (f cronField) forwards(lo, hi int) string {
	return fmt.Sprintf("write %d-%d,%d-%d", lo, f.last, f.first, hi)
}

func (f cronField) number(text string) (int, error) {
	for i, name := range f.words {
		if strings.EqualFold(text, name) {
			return f.first + i, nil
		}
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < f.first || n > f.last || !isDigit(text[0]) {
		return 0, badCron(fmt.Sprintf("%q is no %s from %d to %d", text, f.name, f.first, f.last), f.hint(text))
	}
	return n, nil
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// hint helps with what other programs would take.
func (f cronField) hint(text string) string {
	switch {
	case text == "?":
		return "write * instead"
	case strings.ContainsAny(text, "LW#") && f.words == nil || strings.ContainsAny(text, "#"):
		return "an rrule can say that: FREQ=MONTHLY;BYDAY=-1FR is the last Friday of each month"
	case f.words != nil:
		return engine.Meant(strings.ToUpper(text), f.words, "names are "+strings.Join(f.words, ", "))
	}
	return cronHint
}

func countHint(words []word) string {
	switch {
	case len(words) > 0 && strings.Contains(words[0].text, "TZ="):
		return "leave the time zone out and set time_zone"
	case len(words) == 6:
		return "there is no field for seconds, nor one for years: leave it out"
	}
	return cronHint
}

func nicknameHint(written string) string {
	switch {
	case strings.HasPrefix(written, "@every"):
		return "write */15 * * * * for every 15 minutes"
	case written == "@reboot":
		return "a schedule does not depend on the server's start; its misfire rule says what happens if the server was off"
	}
	return engine.Meant(written, []string{"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"},
		"write @hourly, @daily, @weekly, @monthly or @yearly")
}

// placed says where in the rule an error is.
func placed(err error, at int, part string) error {
	var bad *engine.Error
	if errors.As(err, &bad) {
		bad.Detail = fmt.Sprintf("column %d (%s): %s", at, part, bad.Detail)
	}
	return err
}

func badCron(detail, hint string) error {
	return &engine.Error{Kind: engine.Invalid, Title: "Cron expression is not valid", Field: "cron", Detail: detail, Hint: hint}
}
