package recurrence

import (
	"slices"
	"time"
)

// Cron is a rule in the five fields of cron: minute, hour, day of the month, month, day
// of the week. As with Vixie's cron, a day has to match both fields for days if one of
// them begins with *, and either of them if none does.
type Cron struct {
	zone                               *time.Location
	minutes, hours, days, months, week set
	anyDay, anyWeekday                 bool // the field begins with *
}

var _ Rule = Cron{}

// set holds small numbers.
type set uint64

func (s set) has(n int) bool { return s>>n&1 == 1 }

// allHours is the set of a rule for every hour of the day.
const allHours set = 1<<24 - 1

// Next implements [Rule].
func (c Cron) Next(after time.Time) (time.Time, bool) {
	// Where clocks are set back at midnight a day may go on after the next has begun.
	day := wallDay(wallOf(after, c.zone)).AddDate(0, 0, -1)
	for end := day.AddDate(horizon, 0, 0); day.Before(end); day = c.nextDay(day) {
		if !c.matches(day) {
			continue
		}
		if next, ok := first(after, c.timesOn(day), c.timesOn(day.AddDate(0, 0, 1))); ok {
			return next, true
		}
	}
	return time.Time{}, false
}

// nextDay passes over months the rule does not know.
func (c Cron) nextDay(day time.Time) time.Time {
	if c.months.has(int(day.Month())) {
		return day.AddDate(0, 0, 1)
	}
	return time.Date(day.Year(), day.Month()+1, 1, 0, 0, 0, 0, time.UTC)
}

func (c Cron) matches(day time.Time) bool {
	if !c.months.has(int(day.Month())) {
		return false
	}
	inMonth, inWeek := c.days.has(day.Day()), c.week.has(int(day.Weekday()))
	if c.anyDay || c.anyWeekday {
		return inMonth && inWeek
	}
	return inMonth || inWeek
}

// timesOn gives the instants of a day in no order.
func (c Cron) timesOn(day time.Time) (times []time.Time) {
	if !c.matches(day) {
		return nil
	}
	for hour := range 24 {
		for minute := range 60 {
			if !c.hours.has(hour) || !c.minutes.has(minute) {
				continue
			}
			wall := day.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
			times = append(times, c.runsAt(wall)...)
		}
	}
	return times
}

// runsAt gives when the rule runs for a wall time, see the package's story.
func (c Cron) runsAt(wall time.Time) []time.Time {
	shown, skipped := instants(wall, c.zone)
	switch {
	case c.hours == allHours:
		return shown
	case len(shown) == 0:
		return []time.Time{skipped}
	}
	return shown[:1]
}

// first gives the earliest of times that is after the given one.
func first(after time.Time, times ...[]time.Time) (next time.Time, ok bool) {
	for _, t := range slices.Concat(times...) {
		if t.After(after) && (!ok || t.Before(next)) {
			next, ok = t, true
		}
	}
	return next, ok
}
