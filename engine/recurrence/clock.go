package recurrence

import "time"

// A wall time is what a clock on the wall shows, whatever its zone: a [time.Time] in UTC
// whose fields are those of the clock.

// wallOf gives what clocks of the zone show at an instant.
func wallOf(t time.Time, zone *time.Location) time.Time {
	_, offset := t.In(zone).Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// wallDay gives midnight of a wall time.
func wallDay(wall time.Time) time.Time {
	return time.Date(wall.Year(), wall.Month(), wall.Day(), 0, 0, 0, 0, time.UTC)
}

// instants gives when clocks of the zone show a wall time, the earlier one first: twice
// where they are set back, never where they are set forward; then it gives the moment at
// which they are.
func instants(wall time.Time, zone *time.Location) (shown []time.Time, skipped time.Time) {
	const apart = 26 * time.Hour // no two zones are further apart than that
	before, after := offsetAt(wall.Add(-apart), zone), offsetAt(wall.Add(apart), zone)
	early, late := wall.Add(-max(before, after)), wall.Add(-min(before, after))
	for _, t := range []time.Time{early, late} {
		if wallOf(t, zone).Equal(wall) && (len(shown) == 0 || !t.Equal(shown[0])) {
			shown = append(shown, t)
		}
	}
	if len(shown) > 0 {
		return shown, time.Time{}
	}
	skipped, _ = late.In(zone).ZoneBounds()
	return nil, skipped.UTC()
}

// offsetAt is how far clocks of the zone are ahead of UTC.
func offsetAt(t time.Time, zone *time.Location) time.Duration {
	_, offset := t.In(zone).Zone()
	return time.Duration(offset) * time.Second
}
