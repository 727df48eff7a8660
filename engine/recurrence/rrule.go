package recurrence

import (
	"cmp"
	"slices"
	"time"
)

// RRule is a recurrence rule of RFC 5545, section 3.3.10, for times that are at least an
// hour apart unless BYMINUTE or BYSECOND say otherwise: FREQ is HOURLY or longer. What
// the rule does not say is taken from its start, as the RFC has it; a start that does not
// fulfil the rule is not one of its times.
//
// Its periods are looked at from the one that is asked about, not from the start, so a
// rule costs the same however old it is; only COUNT has to be counted.
type RRule struct {
	zone  *time.Location
	start time.Time // on the wall
	until time.Time // the last instant; zero for none

	freq     freq
	interval int
	count    int // 0: no end

	months, monthDays, yearDays, weeks []int
	days                               []weekday
	hours, minutes, seconds            []int
	positions                          []int
	weekStart                          time.Weekday
}

var _ Rule = RRule{}

// freq is the length of a period.
type freq int

const (
	yearly freq = iota + 1
	monthly
	weekly
	daily
	hourly
)

// weekday is a day of the week, the nth of its month or year if nth is not 0, from the
// end if it is negative.
type weekday struct {
	nth int
	day time.Weekday
}

// Next implements [Rule].
func (r RRule) Next(after time.Time) (time.Time, bool) {
	if r.count > 0 {
		return r.nextCounted(after)
	}
	next, ok := time.Time{}, false
	r.walk(r.periodOf(wallOf(after, r.zone)), func(t time.Time) bool {
		next, ok = t, t.After(after)
		return !ok
	})
	return next, ok
}

// nextCounted goes through all times from the first.
func (r RRule) nextCounted(after time.Time) (time.Time, bool) {
	n, next, ok := 0, time.Time{}, false
	r.walk(0, func(t time.Time) bool {
		n++
		next, ok = t, t.After(after)
		return !ok && n < r.count
	})
	return next, ok
}

// walk tells the times of the rule from a period on, until it is told to stop, the rule
// ends or nothing has come for 41 years.
func (r RRule) walk(period int, tell func(time.Time) bool) {
	quiet := r.periodStart(period).AddDate(horizon, 0, 0)
	for ; r.periodStart(period).Before(quiet); period++ {
		for _, wall := range r.timesIn(r.periodStart(period)) {
			shown, _ := instants(wall, r.zone)
			if len(shown) == 0 || wall.Before(r.start) {
				continue
			}
			if !r.until.IsZero() && shown[0].After(r.until) || !tell(shown[0]) {
				return
			}
			quiet = wall.AddDate(horizon, 0, 0)
		}
	}
}

// periodOf numbers the period of the rule that a wall time is in or, for one between two
// periods, the period before; that of the start is 0, and so is whatever was earlier.
// Clocks that were set back may show a time of the period before again, so it begins there.
func (r RRule) periodOf(wall time.Time) int {
	from, n := r.periodStart(0), 0
	switch r.freq {
	case yearly:
		n = wall.Year() - from.Year()
	case monthly:
		n = (wall.Year()-from.Year())*12 + int(wall.Month()) - int(from.Month())
	case weekly:
		n = int(wall.Sub(from) / (7 * 24 * time.Hour))
	case daily:
		n = int(wall.Sub(from) / (24 * time.Hour))
	case hourly:
		n = int(wall.Sub(from)/time.Hour) - 24
	}
	return max(0, n/r.interval-1)
}

// periodStart is when a period begins on the wall.
func (r RRule) periodStart(period int) time.Time {
	n, day := period*r.interval, wallDay(r.start)
	switch r.freq {
	case yearly:
		return time.Date(day.Year()+n, 1, 1, 0, 0, 0, 0, time.UTC)
	case monthly:
		return time.Date(day.Year(), day.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	case weekly:
		return weekOf(day, r.weekStart).AddDate(0, 0, 7*n)
	case daily:
		return day.AddDate(0, 0, n)
	}
	return r.start.Truncate(time.Hour).Add(time.Duration(n) * time.Hour)
}

// weekOf is the day on which the week of a day begins.
func weekOf(day time.Time, begins time.Weekday) time.Time {
	return day.AddDate(0, 0, -(int(day.Weekday())-int(begins)+7)%7)
}

// timesIn gives the wall times of the period that begins then, in order.
func (r RRule) timesIn(start time.Time) (walls []time.Time) {
	hours := r.hours
	if r.freq == hourly {
		if len(hours) > 0 && !slices.Contains(hours, start.Hour()) {
			return nil
		}
		hours = []int{start.Hour()}
	}
	for day := wallDay(start); day.Before(r.periodEnd(start)); day = day.AddDate(0, 0, 1) {
		if r.matches(day) {
			walls = append(walls, clocks(day, hours, r.minutes, r.seconds)...)
		}
	}
	if len(r.positions) > 0 {
		walls = r.pick(walls)
	}
	return walls
}

func (r RRule) periodEnd(start time.Time) time.Time {
	switch r.freq {
	case yearly:
		return start.AddDate(1, 0, 0)
	case monthly:
		return start.AddDate(0, 1, 0)
	case weekly:
		return start.AddDate(0, 0, 7)
	case daily:
		return start.AddDate(0, 0, 1)
	}
	return start.Add(time.Hour)
}

// clocks gives the times of a day; the lists are in order.
func clocks(day time.Time, hours, minutes, seconds []int) (walls []time.Time) {
	for _, h := range hours {
		for _, m := range minutes {
			for _, s := range seconds {
				walls = append(walls, day.Add(time.Duration((h*60+m)*60+s)*time.Second))
			}
		}
	}
	return walls
}

// pick keeps those at the positions of BYSETPOS, in order.
func (r RRule) pick(walls []time.Time) (picked []time.Time) {
	for i, wall := range walls {
		if slices.Contains(r.positions, i+1) || slices.Contains(r.positions, i-len(walls)) {
			picked = append(picked, wall)
		}
	}
	return picked
}

// matches tells whether a day of the period is one of the rule's. Every part that the
// rule has must say so: those that the table of RFC 5545 calls "expand" choose among all
// days of the period, which is what a filter does that begins with all of them.
func (r RRule) matches(day time.Time) bool {
	return passes(r.months, int(day.Month())) &&
		passesEither(r.monthDays, day.Day(), monthLength(day)) &&
		passesEither(r.yearDays, day.YearDay(), yearLength(day)) &&
		(len(r.weeks) == 0 || r.inWeeks(day)) &&
		(len(r.days) == 0 || slices.ContainsFunc(r.days, func(w weekday) bool { return r.isWeekday(w, day) }))
}

func passes(list []int, n int) bool { return len(list) == 0 || slices.Contains(list, n) }

// passesEither counts from the end too: -1 is the last.
func passesEither(list []int, n, length int) bool {
	return passes(list, n) || slices.Contains(list, n-length-1)
}

func monthLength(day time.Time) int {
	return time.Date(day.Year(), day.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

func yearLength(day time.Time) int {
	return time.Date(day.Year(), 12, 31, 0, 0, 0, 0, time.UTC).YearDay()
}

// isWeekday tells whether a day is the nth such day of its month; of its year in a yearly
// rule without BYMONTH.
func (r RRule) isWeekday(w weekday, day time.Time) bool {
	if day.Weekday() != w.day {
		return false
	}
	n, length := day.Day(), monthLength(day)
	if r.freq == yearly && len(r.months) == 0 {
		n, length = day.YearDay(), yearLength(day)
	}
	switch {
	case w.nth > 0:
		return (n-1)/7+1 == w.nth
	case w.nth < 0:
		return (length-n)/7+1 == -w.nth
	}
	return true
}

// inWeeks tells whether a day is in a week of BYWEEKNO. The first week of a year is the
// first with at least four days in it, so a week belongs to the year of its fourth day.
// Days of a week that are in the year before or after are left to that year's period.
func (r RRule) inWeeks(day time.Time) bool {
	week := weekOf(day, r.weekStart)
	middle := week.AddDate(0, 0, 3)
	last := weekOf(time.Date(middle.Year(), 12, 28, 0, 0, 0, 0, time.UTC), r.weekStart).AddDate(0, 0, 3)
	return passesEither(r.weeks, (middle.YearDay()-1)/7+1, (last.YearDay()-1)/7+1)
}

// sorted gives the list in order, each number once.
func sorted[T cmp.Ordered](list []T) []T {
	slices.Sort(list)
	return slices.Compact(list)
}
