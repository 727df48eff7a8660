package engine_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// TestTimesHaveSixDigits whatever they end in, and are read as they were.
func TestTimesHaveSixDigits(t *testing.T) {
	east := time.FixedZone("east", 3600)
	for want, at := range map[string]time.Time{
		"2026-01-02T03:04:05.120000Z": time.Date(2026, 1, 2, 3, 4, 5, 120_000_000, time.UTC),
		"2026-01-02T03:04:05.000000Z": time.Date(2026, 1, 2, 4, 4, 5, 0, east),
		"2026-01-02T03:04:05.123456Z": time.Date(2026, 1, 2, 3, 4, 5, 123_456_789, time.UTC),
	} {
		scan := engine.Scan{CreatedAt: at, StartedAt: &at, EndedAt: &at, DeletedAt: &at, Steps: []engine.Step{{ID: 1, At: at}}}
		text, err := json.Marshal(scan)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(text), `"`+want+`"`); n != 5 {
			t.Errorf("%d times are %s in %s", n, want, text)
		}
		var read engine.Scan
		if err := json.Unmarshal(text, &read); err != nil {
			t.Fatal(err)
		}
		for _, got := range []time.Time{read.CreatedAt, *read.StartedAt, *read.EndedAt, *read.DeletedAt, read.Steps[0].At} {
			if !got.Equal(at.Truncate(time.Microsecond)) {
				t.Errorf("%v became %v", at, got)
			}
		}
	}
}
