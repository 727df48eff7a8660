package query

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Dates reads a date of a query and gives the first and last instant it
// denotes, in UTC: all of 2025-03-21, all of 2025-03, exactly now-7d, all of
// today for now/d. Then ">" means after last, ">=" not before first, "<" before
// first and "<=" not after last, as Elasticsearch rounds.
//
// Forms: YYYY[-MM[-DD[Thh[:mm[:ss[.fff]]]]]] with an optional zone, five or more
// digits as milliseconds since 1970, and date math: now or a date and ||,
// followed by any of +1d, -7d, /d. Units: y M w d h (or H) m s.
func Dates(text string, now time.Time) (first, last time.Time, err error) {
	if rest, ok := strings.CutPrefix(text, "now"); ok {
		now = now.UTC()
		return dateMath(now, now, rest)
	}
	anchor, math, _ := strings.Cut(text, "||")
	first, last, err = dateInterval(anchor)
	if err != nil {
		return first, last, err
	}
	return dateMath(first, last, math)
}

func validDate(text string) bool {
	_, _, err := Dates(text, time.Unix(0, 0))
	return err == nil
}

var errDate = errors.New("not a date")

// dateForms are the layouts and how much of the calendar each denotes.
func dateForms() []dateForm {
	return []dateForm{
		{"2006-01-02", 'd'}, {"2006-01-02T15:04:05.999999999", 0}, {"2006-01-02T15:04:05", 's'},
		{"2006-01-02T15:04", 'm'}, {"2006-01-02T15", 'h'}, {"2006-01", 'M'}, {"2006", 'y'},
	}
}

type dateForm struct {
	layout string
	unit   byte // 0: an instant
}

// dateInterval reads a date without math.
func dateInterval(text string) (first, last time.Time, err error) {
	if len(text) > 4 && strings.Trim(text, "0123456789") == "" {
		first, err = milliseconds(text)
		return first, first, err
	}
	if len(text) > 10 && text[10] == ' ' {
		text = text[:10] + "T" + text[11:]
	}
	for _, form := range dateForms() {
		if first, ok := form.parse(text); ok {
			return first, endOf(first, form.unit), nil
		}
	}
	return first, last, errDate
}

func milliseconds(text string) (time.Time, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}, errDate
	}
	return time.UnixMilli(n).UTC(), nil
}

// parse reads the form with any zone. Go reads fractions of a second under any
// layout that ends in seconds, so the form of a whole second must refuse them.
func (f dateForm) parse(text string) (time.Time, bool) {
	fraction := strings.ContainsAny(text, ".,")
	if f.unit == 's' && fraction || f.unit == 0 && !fraction {
		return time.Time{}, false
	}
	zones := []string{""}
	if strings.Contains(f.layout, "T") {
		zones = []string{"", "Z07:00", "Z0700", "Z07"}
	}
	for _, zone := range zones {
		if t, err := time.Parse(f.layout+zone, text); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// dateMath applies +1d, -7d and /d in turn to both ends.
func dateMath(first, last time.Time, math string) (time.Time, time.Time, error) {
	for math != "" {
		sign := math[0]
		digits := len(math[1:]) - len(strings.TrimLeft(math[1:], "0123456789"))
		if len(math) < digits+2 || digits > 9 || !strings.ContainsRune("yMwdhHms", rune(math[digits+1])) {
			return first, last, errDate
		}
		amount, unit := 1, math[digits+1]
		if digits > 0 {
			amount, _ = strconv.Atoi(math[1 : digits+1])
		}
		switch {
		case sign == '/' && digits == 0:
			first = startOf(first, unit)
			last = endOf(startOf(last, unit), unit)
		case sign == '+':
			first, last = shift(first, unit, amount), shift(last, unit, amount)
		case sign == '-':
			first, last = shift(first, unit, -amount), shift(last, unit, -amount)
		default:
			return first, last, errDate
		}
		math = math[digits+2:]
	}
	return first, last, nil
}

// startOf rounds down; weeks begin on Monday.
func startOf(t time.Time, unit byte) time.Time {
	year, month, day := t.Date()
	switch unit {
	case 'y':
		return time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
	case 'M':
		return time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)
	case 'w':
		return time.Date(year, month, day-(int(t.Weekday())+6)%7, 0, 0, 0, 0, time.UTC)
	case 'd':
		return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	case 'h', 'H':
		return time.Date(year, month, day, t.Hour(), 0, 0, 0, time.UTC)
	case 'm':
		return time.Date(year, month, day, t.Hour(), t.Minute(), 0, 0, time.UTC)
	}
	return time.Date(year, month, day, t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

// endOf gives the last nanosecond of the unit that begins at t.
func endOf(t time.Time, unit byte) time.Time {
	if unit == 0 {
		return t
	}
	return shift(t, unit, 1).Add(-1)
}

// shift moves by calendar units; a month later than January 31 is the last
// day of February. It counts in seconds, where a time.Duration would overflow.
func shift(t time.Time, unit byte, amount int) time.Time {
	switch unit {
	case 'y':
		return addMonths(t, 12*amount)
	case 'M':
		return addMonths(t, amount)
	case 'w':
		return t.AddDate(0, 0, 7*amount)
	case 'd':
		return t.AddDate(0, 0, amount)
	}
	seconds := int64(amount)
	switch unit {
	case 'h', 'H':
		seconds *= 3600
	case 'm':
		seconds *= 60
	}
	return time.Unix(t.Unix()+seconds, int64(t.Nanosecond())).UTC()
}

func addMonths(t time.Time, months int) time.Time {
	moved := t.AddDate(0, months, 0)
	if moved.Day() != t.Day() {
		return moved.AddDate(0, 0, -moved.Day())
	}
	return moved
}

// instantOf reads a date of a document: as in a query but without math, a day
// being its first instant; the forms of HTTP headers; or milliseconds.
func instantOf(value any) (time.Time, bool) {
	text, ok := value.(string)
	if !ok {
		n, ok := numberOf(value)
		return time.UnixMilli(int64(n)).UTC(), ok
	}
	if first, _, err := dateInterval(text); err == nil {
		return first, true
	}
	t, err := http.ParseTime(text)
	return t.UTC(), err == nil
}
