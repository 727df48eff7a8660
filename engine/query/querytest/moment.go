package querytest

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	dateSyntax = regexp.MustCompile(`^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d)(?::(\d\d)(?::(\d\d)([.,]\d{1,9})?)?)?(Z|[+-]\d\d(?::?\d\d)?)?)?)?)?$`)
	mathSyntax = regexp.MustCompile(`^(?:[+-]\d{0,9}[yMwdhHms]|/[yMwdhHms])*$`)
	mathStep   = regexp.MustCompile(`([+-/])(\d*)([yMwdhHms])`)
)

// dateSpan reads a date of a query: the first and the last nanosecond of it.
func (r *reference) dateSpan(text string) (first, last time.Time, ok bool) {
	anchor, math, _ := strings.Cut(text, "||")
	if after, isNow := strings.CutPrefix(text, "now"); isNow {
		first, last, ok = r.now.UTC(), r.now.UTC(), true
		math = after
	} else {
		first, last, ok = calendarSpan(anchor)
	}
	if !ok || !mathSyntax.MatchString(math) {
		return first, last, false
	}
	for _, step := range mathStep.FindAllStringSubmatch(math, -1) {
		first, last = mathSpan(first, last, step[1], step[2], step[3])
	}
	return first, last, true
}

// mathSpan takes one step of date math.
func mathSpan(first, last time.Time, sign, digits, unit string) (time.Time, time.Time) {
	if sign == "/" {
		return unitStart(first, unit), move(unitStart(last, unit), unit, 1).Add(-1)
	}
	amount := 1
	if digits != "" {
		amount, _ = strconv.Atoi(digits)
	}
	if sign == "-" {
		amount = -amount
	}
	return move(first, unit, amount), move(last, unit, amount)
}

// calendarSpan reads a date without math.
func calendarSpan(text string) (first, last time.Time, ok bool) {
	if len(text) > 4 && strings.Trim(text, "0123456789") == "" {
		n, err := strconv.ParseInt(text, 10, 64)
		return time.UnixMilli(n).UTC(), time.UnixMilli(n).UTC(), err == nil
	}
	m := dateSyntax.FindStringSubmatch(text)
	if m == nil {
		return first, last, false
	}
	part := func(i, missing int) int {
		if m[i] == "" {
			return missing
		}
		n, _ := strconv.Atoi(m[i])
		return n
	}
	year, month, day := part(1, 0), part(2, 1), part(3, 1)
	hour, minute, second := part(4, 0), part(5, 0), part(6, 0)
	fraction, _ := strconv.Atoi((strings.Trim(m[7], ".,") + "000000000")[:9])
	first = time.Date(year, time.Month(month), day, hour, minute, second, fraction, time.UTC)
	if first.Month() != time.Month(month) || first.Day() != day || hour > 23 || minute > 59 || second > 59 {
		return first, last, false
	}
	first = first.Add(-zone(m[8]))
	if m[7] != "" {
		return first, first, true
	}
	unit := "y"
	for i, name := range []string{"y", "M", "d", "h", "m", "s"} {
		if m[i+1] != "" {
			unit = name
		}
	}
	return first, move(first, unit, 1).Add(-1), true
}

// zone reads Z, +02, +0200 or +02:00.
func zone(text string) time.Duration {
	digits := strings.NewReplacer("Z", "", ":", "", "+", "", "-", "").Replace(text) + "0000"
	hours, _ := strconv.Atoi(digits[:2])
	minutes, _ := strconv.Atoi(digits[2:4])
	offset := time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if strings.HasPrefix(text, "-") {
		return -offset
	}
	return offset
}

// move adds units; a day that a month does not have is the month's last.
func move(t time.Time, unit string, amount int) time.Time {
	switch unit {
	case "y":
		return move(t, "M", 12*amount)
	case "M":
		months := t.Year()*12 + int(t.Month()) - 1 + amount
		firstDay := time.Date(0, time.Month(months+1), 1, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
		lastDay := firstDay.AddDate(0, 1, -1).Day()
		return firstDay.AddDate(0, 0, min(t.Day(), lastDay)-1)
	case "w":
		return t.AddDate(0, 0, 7*amount)
	case "d":
		return t.AddDate(0, 0, amount)
	}
	seconds := map[string]int{"h": 3600, "H": 3600, "m": 60, "s": 1}[unit]
	return time.Unix(t.Unix()+int64(seconds*amount), int64(t.Nanosecond())).UTC()
}

// unitStart goes back until the unit begins.
func unitStart(t time.Time, unit string) time.Time {
	switch unit {
	case "y":
		return time.Date(t.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
	case "M":
		return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
	case "w":
		for t.Weekday() != time.Monday {
			t = t.AddDate(0, 0, -1)
		}
		return unitStart(t, "d")
	case "d":
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	case "h", "H":
		return unitStart(t, "m").Add(-time.Duration(t.Minute()) * time.Minute)
	case "m":
		return unitStart(t, "s").Add(-time.Duration(t.Second()) * time.Second)
	}
	return t.Add(-time.Duration(t.Nanosecond()))
}

// datePlace reads a date of a document: the first instant of a date, what HTTP
// writes, or a number of milliseconds.
func datePlace(value any) (time.Time, bool) {
	text, isText := value.(string)
	if !isText {
		n, ok := number(plainText(value))
		if !ok {
			return time.Time{}, false
		}
		milliseconds, _ := n.Int64()
		return time.UnixMilli(milliseconds).UTC(), true
	}
	if first, _, ok := calendarSpan(text); ok {
		return first, true
	}
	t, err := http.ParseTime(text)
	return t.UTC(), err == nil
}
