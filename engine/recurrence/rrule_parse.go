package recurrence

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Limits of a rule, which keep what it costs to find its next time small.
const (
	maxInterval = 1000
	maxCount    = 1000
	maxPerDay   = 96 // times: every quarter of an hour
)

const rruleHint = "write it as in RFC 5545: FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=2;BYMINUTE=30"

// ParseRRule reads a rule such as "FREQ=MONTHLY;BYDAY=2TU;BYHOUR=2;BYMINUTE=30", with or
// without "RRULE:" before it. Start is its DTSTART. A rule without any time is an error.
func ParseRRule(text string, start time.Time, zone *time.Location) (RRule, error) {
	if len(text) > maxText {
		return RRule{}, badRule(fmt.Sprintf("it has %d characters, at most %d are read", len(text), maxText), rruleHint)
	}
	r := RRule{zone: zone, start: wallOf(start, zone).Truncate(time.Second), interval: 1, weekStart: time.Monday}
	parts, err := ruleParts(text)
	if err != nil {
		return RRule{}, err
	}
	for _, p := range parts {
		if err := r.read(p); err != nil {
			return RRule{}, placed(err, p.at, p.name)
		}
	}
	if err := r.check(parts); err != nil {
		return RRule{}, err
	}
	r.complete()
	if n := max(1, len(r.hours)) * len(r.minutes) * len(r.seconds); n > maxPerDay {
		return RRule{}, badRule(fmt.Sprintf("it has %d times a day, at most %d are taken", n, maxPerDay), "scan less often")
	}
	if _, ok := r.Next(start.Add(-time.Second)); !ok {
		return RRule{}, badRule("it has no time at all", "look at UNTIL, and whether the parts exclude each other: February has no 30th")
	}
	return r, nil
}

// part is NAME=value of a rule.
type part struct {
	name, value string
	at          int // the column of the name
}

func ruleParts(text string) (parts []part, err error) {
	body := strings.TrimSpace(text)
	at := strings.Index(text, body) + 1
	if strings.HasPrefix(strings.ToUpper(body), "DTSTART") {
		return nil, badRule("column 1 (DTSTART): a rule does not say here when it starts", "set start_at and time_zone, and write the rule alone")
	}
	if len(body) >= 6 && strings.EqualFold(body[:6], "RRULE:") {
		body, at = body[6:], at+6
	}
	for written := range strings.SplitSeq(body, ";") {
		name, value, ok := strings.Cut(written, "=")
		p := part{strings.ToUpper(name), strings.ToUpper(value), at}
		switch {
		case !ok || value == "":
			return nil, badRule(fmt.Sprintf("column %d: %q is not NAME=value", at, written), rruleHint)
		case slices.ContainsFunc(parts, func(q part) bool { return q.name == p.name }):
			return nil, badRule(fmt.Sprintf("column %d (%s): it is there twice", at, p.name), "join the two")
		}
		parts, at = append(parts, p), at+len(written)+1
	}
	return parts, nil
}

// numberPart is a part that is a list of numbers, or one.
type numberPart struct {
	name        string
	first, last int
	fromEnd     bool // negative numbers count from the end
	to          *[]int
}

func (r *RRule) numberParts() []numberPart {
	return []numberPart{
		{"BYMONTH", 1, 12, false, &r.months}, {"BYMONTHDAY", 1, 31, true, &r.monthDays},
		{"BYYEARDAY", 1, 366, true, &r.yearDays}, {"BYWEEKNO", 1, 53, true, &r.weeks},
		{"BYHOUR", 0, 23, false, &r.hours}, {"BYMINUTE", 0, 59, false, &r.minutes}, {"BYSECOND", 0, 59, false, &r.seconds},
		{"BYSETPOS", 1, 366, true, &r.positions},
	}
}

// partNames are all there are.
func partNames() []string {
	names := []string{"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"}
	for _, p := range new(RRule).numberParts() {
		names = append(names, p.name)
	}
	return names
}

// read takes over one part.
func (r *RRule) read(p part) (err error) {
	switch p.name {
	case "FREQ":
		r.freq, err = freqOf(p.value)
	case "INTERVAL":
		r.interval, err = number(p.value, 1, maxInterval, false)
	case "COUNT":
		r.count, err = number(p.value, 1, maxCount, false)
	case "UNTIL":
		r.until, err = r.parseUntil(p.value)
	case "BYDAY":
		r.days, err = weekdaysOf(p.value)
	case "WKST":
		r.weekStart, err = dayOf(p.value)
	default:
		return r.readNumbers(p)
	}
	return err
}

func (r *RRule) readNumbers(p part) error {
	for _, known := range r.numberParts() {
		if known.name != p.name {
			continue
		}
		for item := range strings.SplitSeq(p.value, ",") {
			n, err := number(item, known.first, known.last, known.fromEnd)
			if err != nil {
				return err
			}
			*known.to = append(*known.to, n)
		}
		*known.to = sorted(*known.to)
		return nil
	}
	return badRule("there is no such part", engine.Meant(p.name, partNames(), "parts are "+strings.Join(partNames(), ", ")))
}

func freqOf(value string) (freq, error) {
	words := []string{"YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY"}
	if i := slices.Index(words, value); i >= 0 {
		return yearly + freq(i), nil
	}
	if value == "MINUTELY" || value == "SECONDLY" {
		return 0, badRule(value+" is too often", "write FREQ=HOURLY;BYMINUTE=0,15,30,45 for every 15 minutes")
	}
	return 0, badRule(fmt.Sprintf("%q is no frequency", value), engine.Meant(value, words, "write one of "+strings.Join(words, ", ")))
}

func number(text string, first, last int, fromEnd bool) (int, error) {
	n, err := strconv.Atoi(text)
	size := n
	if fromEnd {
		size = max(n, -n)
	}
	if err != nil || size < first || size > last {
		also := ""
		if fromEnd {
			also = fmt.Sprintf(", or from -%d to -%d", last, first)
		}
		return 0, badRule(fmt.Sprintf("%q is not a number from %d to %d%s", text, first, last, also), "")
	}
	return n, nil
}

// ruleDays are the days of the week from Sunday on, as [time.Weekday] counts them.
func ruleDays() []string { return []string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"} }

func dayOf(text string) (time.Weekday, error) {
	i := slices.Index(ruleDays(), text)
	if i < 0 {
		return 0, badRule(fmt.Sprintf("%q is no day of the week", text), "days are "+strings.Join(ruleDays(), ", ")+"; 2TU is the second Tuesday, -1FR the last Friday")
	}
	return time.Weekday(i), nil
}

func weekdaysOf(value string) (days []weekday, err error) {
	for item := range strings.SplitSeq(value, ",") {
		cut := max(0, len(item)-2)
		w := weekday{}
		if w.day, err = dayOf(item[cut:]); err != nil {
			return nil, err
		}
		if cut > 0 {
			if w.nth, err = number(item[:cut], 1, 53, true); err != nil {
				return nil, err
			}
		}
		days = append(days, w)
	}
	slices.SortFunc(days, func(a, b weekday) int { return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.nth, b.nth)) })
	return slices.Compact(days), nil
}

// parseUntil reads the last time: a day, all of which is meant, a time on the wall, or
// one in UTC.
func (r *RRule) parseUntil(value string) (time.Time, error) {
	if t, err := time.Parse("20060102T150405Z", value); err == nil {
		return t, nil
	}
	if t, err := time.ParseInLocation("20060102T150405", value, r.zone); err == nil {
		return t.UTC(), nil
	}
	if t, err := time.ParseInLocation("20060102", value, r.zone); err == nil {
		return t.AddDate(0, 0, 1).Add(-time.Second).UTC(), nil
	}
	return time.Time{}, badRule(fmt.Sprintf("%q is not a time", value), "write 20261231T235959Z, or the last day, 20261231")
}

// check refuses what RFC 5545 does.
func (r *RRule) check(parts []part) error {
	nth := slices.ContainsFunc(r.days, func(w weekday) bool { return w.nth != 0 })
	for _, rule := range []struct {
		part   string
		wrong  bool
		detail string
		hint   string
	}{
		{"FREQ", r.freq == 0, "it is missing", rruleHint},
		{"UNTIL", !r.until.IsZero() && r.count > 0, "a rule ends by COUNT or by UNTIL, not by both", "leave one of them out"},
		{"BYDAY", nth && r.freq != monthly && r.freq != yearly, "only a month or a year has an nth day of the week", "write the day without a number, or FREQ=MONTHLY"},
		{"BYDAY", nth && len(r.weeks) > 0, "a week has no nth day of the week", "write the day without a number"},
		{"BYMONTHDAY", r.freq == weekly && len(r.monthDays) > 0, "a weekly rule has no days of the month", "write FREQ=MONTHLY"},
		{"BYYEARDAY", r.freq >= monthly && r.freq <= daily && len(r.yearDays) > 0, "only a yearly rule has days of the year", "write FREQ=YEARLY"},
		{"BYWEEKNO", r.freq != yearly && len(r.weeks) > 0, "only a yearly rule has numbered weeks", "write FREQ=YEARLY"},
		{"BYSETPOS", len(r.positions) > 0 && !hasOther(parts), "it chooses among the times of another BY part, and there is none", "write which days or times it chooses from"},
	} {
		if rule.wrong {
			return placed(badRule(rule.detail, rule.hint), columnOf(parts, rule.part), rule.part)
		}
	}
	return nil
}

func hasOther(parts []part) bool {
	return slices.ContainsFunc(parts, func(p part) bool { return strings.HasPrefix(p.name, "BY") && p.name != "BYSETPOS" })
}

func columnOf(parts []part, name string) int {
	for _, p := range parts {
		if p.name == name {
			return p.at
		}
	}
	return 1
}

// complete takes from the start what the rule does not say.
func (r *RRule) complete() {
	noDays := len(r.days) == 0 && len(r.monthDays) == 0 && len(r.yearDays) == 0
	switch {
	case !noDays:
	case r.freq == weekly || len(r.weeks) > 0:
		r.days = []weekday{{day: r.start.Weekday()}}
	case r.freq == yearly && len(r.months) == 0:
		r.months, r.monthDays = []int{int(r.start.Month())}, []int{r.start.Day()}
	case r.freq == yearly || r.freq == monthly:
		r.monthDays = []int{r.start.Day()}
	}
	for list, n := range map[*[]int]int{&r.hours: r.start.Hour(), &r.minutes: r.start.Minute(), &r.seconds: r.start.Second()} {
		if len(*list) == 0 && (r.freq != hourly || list != &r.hours) {
			*list = []int{n}
		}
	}
}

func badRule(detail, hint string) error {
	return &engine.Error{Kind: engine.Invalid, Title: "Recurrence rule is not valid", Field: "rrule", Detail: detail, Hint: hint}
}
