package engine

import "time"

// Timestamp is a time as clients of the public API read it (contract part 1): in UTC,
// with microseconds, all six digits of them. Programs that take no other number of
// digits would stumble over every tenth time, which ends in a zero, if that was left out.
type Timestamp time.Time

const timestampForm = "2006-01-02T15:04:05.000000Z"

// MarshalText writes "2026-01-02T03:04:05.120000Z".
func (t Timestamp) MarshalText() ([]byte, error) {
	return []byte(time.Time(t).UTC().Format(timestampForm)), nil
}
