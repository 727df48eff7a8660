package recurrence_test

import (
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/recurrence"
)

func TestCron(t *testing.T) {
	for _, c := range []struct{ rule, after, want string }{
		{"30 2 * * *", "2026-01-01 00:00", "Thu 2026-01-01 02:30, Fri 2026-01-02 02:30"},
		{"30 2 * * *", "2026-01-01 02:30", "Fri 2026-01-02 02:30"},
		{"*/20 8-9 * * *", "2026-01-01 08:10", "Thu 2026-01-01 08:20, Thu 2026-01-01 08:40, Thu 2026-01-01 09:00"},
		{"5/20 1 * * *", "2026-01-01 00:00", "Thu 2026-01-01 01:05, Thu 2026-01-01 01:25, Thu 2026-01-01 01:45, Fri 2026-01-02 01:05"},
		{"0 0 1,15 * *", "2026-01-01 00:00", "Thu 2026-01-15 00:00, Sun 2026-02-01 00:00"},
		{"0 0 * jan-Mar/2 Mon", "2026-01-20 00:00", "Mon 2026-01-26 00:00, Mon 2026-03-02 00:00"},
		{"0 0 13 * FRI", "2026-01-01 00:00", "Fri 2026-01-02 00:00, Fri 2026-01-09 00:00, Tue 2026-01-13 00:00"},
		{"0 0 */2 * FRI", "2026-01-01 00:00", "Fri 2026-01-09 00:00, Fri 2026-01-23 00:00"},
		{"0 0 * * 7", "2026-01-01 00:00", "Sun 2026-01-04 00:00, Sun 2026-01-11 00:00"},
		{"0 0 * * FRI-SUN", "2026-01-01 00:00", "Fri 2026-01-02 00:00, Sat 2026-01-03 00:00, Sun 2026-01-04 00:00, Fri 2026-01-09 00:00"},
		{"0 0 29 2 *", "2026-01-01 00:00", "Tue 2028-02-29 00:00, Sun 2032-02-29 00:00"},
		{"0 0 29 2 */7", "2076-03-01 00:00", "Sun 2088-02-29 00:00, Sun 2128-02-29 00:00"},
		{"0 0 31 * *", "2026-03-31 00:00", "Sun 2026-05-31 00:00, Fri 2026-07-31 00:00"},
		{"@hourly", "2026-12-31 22:30", "Thu 2026-12-31 23:00, Fri 2027-01-01 00:00"},
		{"@Weekly", "2026-01-01 00:00", "Sun 2026-01-04 00:00"},
		{"@yearly", "2026-01-01 00:00", "Fri 2027-01-01 00:00"},
		{" 0\t0  1 1 * ", "2026-01-01 00:00", "Fri 2027-01-01 00:00"},
	} {
		if got := runs(t, c.rule, "UTC", c.after, strings.Count(c.want, ",")+1); got != c.want {
			t.Errorf("%s: got %s, want %s", c.rule, got, c.want)
		}
	}
}

func TestCronErrorsNameTheirPlace(t *testing.T) {
	for _, c := range []struct{ rule, want string }{
		{"", "it has 0 fields instead of 5 (write five fields"},
		{"0 2 * *", "it has 4 fields instead of 5"},
		{"0 0 2 * * *", "there is no field for seconds"},
		{"TZ=Europe/Berlin 0 2 * * *", "leave the time zone out and set time_zone"},
		{"CRON_TZ=", "leave the time zone out and set time_zone"},
		{"60 2 * * *", `column 1 (minute): "60" is no minute from 0 to 59`},
		{"0 2,24 * * *", `column 5 (hour): "24" is no hour from 0 to 23`},
		{"0 2 0 * *", `column 5 (day of the month): "0" is no day of the month from 1 to 31`},
		{"0 2 * JANUAR *", `column 7 (month): "JANUAR" is no month`},
		{"0 2 * * MO", `column 9 (day of the week): "MO" is no day of the week from 0 to 7 (did you mean "MON"?)`},
		{"0 2 * * SAT-TUE", `the range "SAT-TUE" runs backwards (write 6-7,0-2)`},
		{"0 22-6 * * *", `the range "22-6" runs backwards (write 22-23,0-6)`},
		{"0 2 L * *", "FREQ=MONTHLY;BYDAY=-1FR is the last Friday"},
		{"0 2 * * 5#3", "FREQ=MONTHLY;BYDAY=-1FR is the last Friday"},
		{"0 2 ? * *", "write * instead"},
		{"*/0 2 * * *", `"0" is no step from 1 to 59`},
		{"*/x 2 * * *", `"x" is no step`},
		{"0 2, * * *", `column 5 (hour): "" is no hour`},
		{"+5 2 * * *", `"+5" is no minute`},
		{"-5 2 * * *", `column 1 (minute): "" is no minute`},
		{"0 0 30 2 *", "column 5 (day of the month): no year has such a day"},
		{"0 0 31 4,6 *", "no year has such a day"},
		{"@daly", `there is no "@daly" (did you mean "@daily"?)`},
		{"@every 5m", "write */15 * * * *"},
		{"@reboot", "misfire rule"},
		{strings.Repeat("1,", 600), "at most 1000 are read"},
	} {
		_, err := recurrence.ParseCron(c.rule, time.UTC)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: error %v, want %s", c.rule, err, c.want)
		}
	}
}

func FuzzCron(f *testing.F) {
	for _, rule := range []string{"*/15 2-4 1,15 JAN-MAR 1-5", "@daily", "0 0 29 2 */7", "59 23 31 12 7"} {
		f.Add(rule, int64(1e9))
	}
	berlin, err := recurrence.Zone("Europe/Berlin")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string, after int64) {
		rule, err := recurrence.ParseCron(text, berlin)
		if err == nil {
			rises(t, rule, time.Unix(after%(1<<32), 0))
		}
	})
}

// runs says the next n times of a rule as clocks of the zone show them.
func runs(t *testing.T, rule, name, after string, n int) string {
	t.Helper()
	cron, err := recurrence.ParseCron(rule, zone(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return said(t, recurrence.Upcoming(cron, wall(t, after, name), n), name, "Mon 2006-01-02 15:04")
}

func said(t *testing.T, times []time.Time, name, form string) string {
	t.Helper()
	words := make([]string, len(times))
	for i, at := range times {
		words[i] = at.In(zone(t, name)).Format(form)
	}
	return strings.Join(words, ", ")
}
