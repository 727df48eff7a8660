// Package recurrence says when something recurs: rules in the five fields of cron and
// in RFC 5545's RRULE, read in a time zone. Begin with [ParseCron], [ParseRRule] and
// [Rule].
//
// Both are rules about what clocks on the wall show, and twice a year most walls are
// odd. What holds then:
//
//   - A time that clocks skip: a rule of cron runs as soon as they have skipped it, so
//     that a nightly run is never lost. An RRULE leaves it out, as RFC 5545 section
//     3.3.10 demands.
//   - A time that clocks show twice: the rule runs the first time only.
//   - A rule of cron for every hour of the day runs every hour that passes: it leaves
//     skipped times out and runs in both of two hours that look the same.
//
// It does not wait for those times and starts nothing: that is control.
package recurrence

import (
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // where the machine has no list of time zones: Windows, empty containers

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// horizon is how far ahead the next time is looked for: February 29 falls on the same
// day of the week every 28 years, and every 40 where a century has none.
const horizon = 41

// Rule is something that recurs.
type Rule interface {
	// Next gives the first time after the given one, in UTC; false if there is none
	// within 41 years.
	Next(after time.Time) (time.Time, bool)
}

// Upcoming gives the next n times of a rule, fewer if it ends before.
func Upcoming(rule Rule, after time.Time, n int) []time.Time {
	times := make([]time.Time, 0, n)
	for len(times) < n {
		next, ok := rule.Next(after)
		if !ok {
			break
		}
		times, after = append(times, next), next
	}
	return times
}

// Zone gives a time zone by its name in the IANA database; "" is UTC.
func Zone(name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if err == nil && isZoneName(name) {
		return zone, nil
	}
	return nil, &engine.Error{
		Kind: engine.Invalid, Title: "Time zone is not valid", Field: "time_zone",
		Detail: fmt.Sprintf("%q is not a time zone", name), Hint: zoneHint(name),
	}
}

// isZoneName refuses what means something else on each machine: its own zone, and the
// folders of zones that count leap seconds.
func isZoneName(name string) bool {
	return name != "Local" && !strings.HasPrefix(name, "right/") && !strings.HasPrefix(name, "posix/")
}

func zoneHint(name string) string {
	if strings.ContainsAny(name, "+-0123456789") {
		return "write a place rather than a distance, as in the IANA database: Europe/Berlin; or UTC"
	}
	return "write it as in the IANA database: Europe/Berlin, America/New_York, UTC"
}
