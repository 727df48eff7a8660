package recurrence_test

import (
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/recurrence"
)

// TestClocksAreSetForwardAndBack holds both kinds of rules to what the package's story
// says, where clocks are changed in all the ways they ever were.
func TestClocksAreSetForwardAndBack(t *testing.T) {
	const form = "01-02 15:04 -0700"
	for _, c := range []struct{ name, zone, after, cron, wantCron, rrule, wantRRule string }{
		{
			"a skipped hour", "Europe/Berlin", "2026-03-28 00:00",
			"30 2 * * *", "03-28 02:30 +0100, 03-29 03:00 +0200, 03-30 02:30 +0200",
			"FREQ=DAILY;BYHOUR=2;BYMINUTE=30", "03-28 02:30 +0100, 03-30 02:30 +0200, 03-31 02:30 +0200",
		},
		{
			"many times in a skipped hour are one", "America/New_York", "2026-03-08 01:00",
			"*/20 2,3 * * *", "03-08 03:00 -0400, 03-08 03:20 -0400, 03-08 03:40 -0400",
			"FREQ=HOURLY;BYMINUTE=0,30", "03-08 01:30 -0500, 03-08 03:00 -0400, 03-08 03:30 -0400",
		},
		{
			"a repeated hour", "Europe/Berlin", "2026-10-24 12:00",
			"30 2 * * *", "10-25 02:30 +0200, 10-26 02:30 +0100",
			"FREQ=DAILY;BYHOUR=2;BYMINUTE=30", "10-25 02:30 +0200, 10-26 02:30 +0100",
		},
		{
			"every hour", "Europe/Berlin", "2026-10-25 01:00",
			"0 * * * *", "10-25 02:00 +0200, 10-25 02:00 +0100, 10-25 03:00 +0100",
			"FREQ=HOURLY", "10-25 02:00 +0200, 10-25 03:00 +0100, 10-25 04:00 +0100",
		},
		{
			"every hour of a short day", "Europe/Berlin", "2026-03-29 00:30",
			"0 * * * *", "03-29 01:00 +0100, 03-29 03:00 +0200",
			"FREQ=HOURLY;BYMINUTE=0", "03-29 01:00 +0100, 03-29 03:00 +0200",
		},
		{
			"midnight is skipped", "America/Sao_Paulo", "2018-11-03 12:00",
			"0 0,1 4 11 *", "11-04 01:00 -0200",
			"FREQ=DAILY;BYHOUR=0,1;BYMINUTE=0", "11-04 01:00 -0200, 11-05 00:00 -0200",
		},
		{
			"midnight comes twice", "America/St_Johns", "2010-11-06 22:00",
			"0,30 0,23 * * *", "11-06 23:00 -0230, 11-06 23:30 -0230, 11-07 00:00 -0230, 11-07 00:30 -0330",
			"FREQ=DAILY;BYHOUR=0,23;BYMINUTE=0,30", "11-06 23:00 -0230, 11-06 23:30 -0230, 11-07 00:00 -0230, 11-07 00:30 -0330",
		},
		{
			"a day is skipped", "Pacific/Apia", "2011-12-29 10:00",
			"0 12 * * *", "12-29 12:00 -1000, 12-31 00:00 +1400, 12-31 12:00 +1400",
			"FREQ=DAILY;BYHOUR=12;BYMINUTE=0", "12-29 12:00 -1000, 12-31 12:00 +1400",
		},
		{
			"half an hour", "Australia/Lord_Howe", "2026-10-03 12:00",
			"15 2 * * *", "10-04 02:30 +1100, 10-05 02:15 +1100",
			"FREQ=DAILY;BYHOUR=2;BYMINUTE=15", "10-05 02:15 +1100",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			after, place := wall(t, c.after, c.zone), zone(t, c.zone)
			cron, err := recurrence.ParseCron(c.cron, place)
			if err != nil {
				t.Fatal(err)
			}
			if got := said(t, recurrence.Upcoming(cron, after, strings.Count(c.wantCron, ",")+1), c.zone, form); got != c.wantCron {
				t.Errorf("%s:\n got %s\nwant %s", c.cron, got, c.wantCron)
			}
			rrule := mustRRule(t, c.rrule, c.after, c.zone)
			if got := said(t, recurrence.Upcoming(rrule, after, strings.Count(c.wantRRule, ",")+1), c.zone, form); got != c.wantRRule {
				t.Errorf("%s:\n got %s\nwant %s", c.rrule, got, c.wantRRule)
			}
		})
	}
}

func TestZone(t *testing.T) {
	for _, name := range []string{"", "UTC", "Europe/Berlin", "Asia/Kathmandu", "Etc/GMT+5"} {
		if _, err := recurrence.Zone(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for name, want := range map[string]string{
		"Local": "IANA", "Europe/Bielefeld": `"Europe/Bielefeld" is not a time zone`, "../etc/passwd": "IANA", "right/UTC": "IANA", "UTC+2": "a place rather than a distance",
	} {
		if _, err := recurrence.Zone(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %s", name, err, want)
		}
	}
}
