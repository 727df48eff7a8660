package recurrence_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/recurrence"
)

// TestRRuleDoesWhatTheRFCSays takes the examples of RFC 5545, section 3.8.5.3, with the
// times it gives for each.
func TestRRuleDoesWhatTheRFCSays(t *testing.T) {
	const start = "1997-09-02 09:00"
	for _, c := range []struct {
		rule, start string
		want        string // the first times; the year or month is said when it changes
	}{
		{"FREQ=DAILY;COUNT=10", start, "1997 Sep 2 3 4 5 6 7 8 9 10 11 end"},
		{"FREQ=DAILY;UNTIL=19971224T000000Z", start, "1997 Sep 2 3 4 5"},
		{"FREQ=DAILY;INTERVAL=2", start, "1997 Sep 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30 Oct 2 4"},
		{"FREQ=DAILY;INTERVAL=10;COUNT=5", start, "1997 Sep 2 12 22 Oct 2 12 end"},
		{"FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA", "1998-01-01 09:00", "1998 Jan 1 2 3 4 5"},
		{"FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1", "1998-01-01 09:00", "1998 Jan 1 2 3 4 5"},
		{"FREQ=WEEKLY;COUNT=10", start, "1997 Sep 2 9 16 23 30 Oct 7 14 21 28 Nov 4 end"},
		{"FREQ=WEEKLY;UNTIL=19971224T000000Z", start, "1997 Sep 2 9 16 23 30 Oct 7 14 21 28 Nov 4 11 18 25 Dec 2 9 16 23 end"},
		{"FREQ=WEEKLY;INTERVAL=2;WKST=SU", start, "1997 Sep 2 16 30 Oct 14 28 Nov 11 25 Dec 9 23 1998 Jan 6 20 Feb 3 17"},
		{"FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH", start, "1997 Sep 2 4 9 11 16 18 23 25 30 Oct 2 end"},
		{"FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH", start, "1997 Sep 2 4 9 11 16 18 23 25 30 Oct 2 end"},
		{"FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR", "1997-09-01 09:00", "1997 Sep 1 3 5 15 17 19 29 Oct 1 3 13 15 17 27 29 31 Nov 10 12 14 24 26 28 Dec 8 10 12 22 end"},
		{"FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", start, "1997 Sep 2 4 16 18 30 Oct 2 14 16 end"},
		{"FREQ=MONTHLY;COUNT=10;BYDAY=1FR", "1997-09-05 09:00", "1997 Sep 5 Oct 3 Nov 7 Dec 5 1998 Jan 2 Feb 6 Mar 6 Apr 3 May 1 Jun 5 end"},
		{"FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR", "1997-09-05 09:00", "1997 Sep 5 Oct 3 Nov 7 Dec 5 end"},
		{"FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU", "1997-09-07 09:00", "1997 Sep 7 28 Nov 2 30 1998 Jan 4 25 Mar 1 29 May 3 31 end"},
		{"FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", "1997-09-22 09:00", "1997 Sep 22 Oct 20 Nov 17 Dec 22 1998 Jan 19 Feb 16 end"},
		{"FREQ=MONTHLY;BYMONTHDAY=-3", "1997-09-28 09:00", "1997 Sep 28 Oct 29 Nov 28 Dec 29 1998 Jan 29 Feb 26"},
		{"FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15", start, "1997 Sep 2 15 Oct 2 15 Nov 2 15 Dec 2 15 1998 Jan 2 15 end"},
		{"FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1", "1997-09-30 09:00", "1997 Sep 30 Oct 1 31 Nov 1 30 Dec 1 31 1998 Jan 1 31 Feb 1 end"},
		{"FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15", "1997-09-10 09:00", "1997 Sep 10 11 12 13 14 15 1999 Mar 10 11 12 13 end"},
		{"FREQ=MONTHLY;INTERVAL=2;BYDAY=TU", start, "1997 Sep 2 9 16 23 30 Nov 4 11 18 25 1998 Jan 6 13 20 27 Mar 3 10 17 24 31"},
		{"FREQ=YEARLY;COUNT=10;BYMONTH=6,7", "1997-06-10 09:00", "1997 Jun 10 Jul 10 1998 Jun 10 Jul 10 1999 Jun 10 Jul 10 2000 Jun 10 Jul 10 2001 Jun 10 Jul 10 end"},
		{"FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3", "1997-03-10 09:00", "1997 Mar 10 1999 Jan 10 Feb 10 Mar 10 2001 Jan 10 Feb 10 Mar 10 2003 Jan 10 Feb 10 Mar 10 end"},
		{"FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200", "1997-01-01 09:00", "1997 Jan 1 Apr 10 Jul 19 2000 Jan 1 Apr 9 Jul 18 2003 Jan 1 Apr 10 Jul 19 2006 Jan 1 end"},
		{"FREQ=YEARLY;BYDAY=20MO", "1997-05-19 09:00", "1997 May 19 1998 May 18 1999 May 17"},
		{"FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "1997-05-12 09:00", "1997 May 12 1998 May 11 1999 May 17"},
		{"FREQ=YEARLY;BYMONTH=3;BYDAY=TH", "1997-03-13 09:00", "1997 Mar 13 20 27 1998 Mar 5 12 19 26 1999 Mar 4 11 18 25"},
		{"FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8", "1997-06-05 09:00", "1997 Jun 5 12 19 26 Jul 3 10 17 24 31 Aug 7 14 21 28 1998 Jun 4 11 18 25 Jul 2"},
		{"FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", start, "1998 Feb 13 Mar 13 Nov 13 1999 Aug 13 2000 Oct 13"},
		{"FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13", "1997-09-13 09:00", "1997 Sep 13 Oct 11 Nov 8 Dec 13 1998 Jan 10 Feb 7 Mar 7 Apr 11 May 9 Jun 13"},
		{"FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "1996-11-05 09:00", "1996 Nov 5 2000 Nov 7 2004 Nov 2"},
		{"FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997-09-04 09:00", "1997 Sep 4 Oct 7 Nov 6 end"},
		{"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "1997-09-29 09:00", "1997 Sep 29 Oct 30 Nov 27 Dec 30 1998 Jan 29 Feb 26 Mar 30"},
		{"FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08-05 09:00", "1997 Aug 5 10 19 24 end"},
		{"FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08-05 09:00", "1997 Aug 5 17 19 31 end"},
		{"FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "2007-01-15 09:00", "2007 Jan 15 30 Feb 15 Mar 15 30 end"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			rule := mustRRule(t, c.rule, c.start, "America/New_York")
			if got := days(t, rule, c.start, c.want); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestRRuleOfHours takes the examples of the RFC that are about times of day.
func TestRRuleOfHours(t *testing.T) {
	for _, c := range []struct{ rule, want string }{
		{"FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z", "2 09:00, 2 12:00, 2 15:00"},
		{"FREQ=DAILY;BYHOUR=9,10;BYMINUTE=0,20,40;COUNT=7", "2 09:00, 2 09:20, 2 09:40, 2 10:00, 2 10:20, 2 10:40, 3 09:00"},
		{"FREQ=HOURLY;BYMINUTE=0,30;COUNT=3", "2 09:00, 2 09:30, 2 10:00"},
		{"FREQ=HOURLY;INTERVAL=5;BYHOUR=0,14;COUNT=3", "2 14:00, 3 00:00, 7 14:00"},
		{"FREQ=HOURLY;BYHOUR=9;BYMINUTE=15,45;BYSETPOS=-1;COUNT=2", "2 09:45, 3 09:45"},
		{"FREQ=DAILY;BYHOUR=8,10;COUNT=2", "2 10:00, 3 08:00"},
	} {
		rule := mustRRule(t, c.rule, "1997-09-02 09:00", "America/New_York")
		var got []string
		for _, at := range recurrence.Upcoming(rule, time.Time{}, 10) {
			got = append(got, at.In(zone(t, "America/New_York")).Format("2 15:04"))
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: got %s, want %s", c.rule, strings.Join(got, ", "), c.want)
		}
	}
}

// TestRRuleMayBeAskedFromAnywhere: whoever asks from the middle gets what whoever goes
// through all times gets.
func TestRRuleMayBeAskedFromAnywhere(t *testing.T) {
	for _, text := range []string{
		"FREQ=HOURLY;INTERVAL=7", "FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU", "FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=31",
		"FREQ=YEARLY;BYWEEKNO=1,53;BYDAY=MO,SU", "FREQ=YEARLY;INTERVAL=2;BYYEARDAY=-1,1", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1,1",
	} {
		rule := mustRRule(t, text, "2020-01-31 23:30", "America/St_Johns")
		all := recurrence.Upcoming(rule, time.Time{}, 300)
		for i, at := range all[1:] {
			for _, ask := range []time.Time{all[i], all[i].Add(time.Second), at.Add(-time.Second)} {
				if next, ok := rule.Next(ask); !ok || !next.Equal(at) {
					t.Fatalf("%s: after %s comes %s, want %s", text, ask, next, at)
				}
			}
		}
	}
}

func TestRRuleErrorsNameTheirPlace(t *testing.T) {
	for _, c := range []struct{ rule, want string }{
		{"", `column 1: "" is not NAME=value`},
		{"BYDAY=MO", "column 1 (FREQ): it is missing"},
		{"FREQ=DAILY;BYHOURS=2", `column 12 (BYHOURS): there is no such part (did you mean "BYHOUR"?)`},
		{"FREQ=DAYLY", `column 1 (FREQ): "DAYLY" is no frequency (did you mean "DAILY"?)`},
		{"FREQ=MINUTELY", "write FREQ=HOURLY;BYMINUTE=0,15,30,45"},
		{"RRULE:FREQ=DAILY;BYHOUR=24", `column 18 (BYHOUR): "24" is not a number from 0 to 23`},
		{"FREQ=MONTHLY;BYDAY=2XX", `column 14 (BYDAY): "XX" is no day of the week`},
		{"FREQ=MONTHLY;BYDAY=0MO", `"0" is not a number from 1 to 53, or from -53 to -1`},
		{"FREQ=WEEKLY;BYDAY=2MO", "only a month or a year has an nth day of the week"},
		{"FREQ=DAILY;UNTIL=tomorrow", `"TOMORROW" is not a time`},
		{"FREQ=DAILY;COUNT=3;UNTIL=20300101", "a rule ends by COUNT or by UNTIL"},
		{"FREQ=DAILY;COUNT=3;COUNT=4", "column 20 (COUNT): it is there twice"},
		{"FREQ=DAILY;BYSETPOS=1", "it chooses among the times of another BY part"},
		{"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "it has no time at all"},
		{"FREQ=HOURLY;INTERVAL=2;BYHOUR=1", "it has no time at all"},
		{"FREQ=DAILY;UNTIL=19990101", "it has no time at all"},
		{"DTSTART:20260101T000000Z\nRRULE:FREQ=DAILY", "set start_at and time_zone"},
		{"FREQ=DAILY;BYEASTER=1", "there is no such part"},
		{"FREQ=DAILY;BYHOUR=1,2,3,4,5;BYMINUTE=0,5,10,15,20,25,30,35,40,45,50,55;BYSECOND=0,30", "it has 120 times a day, at most 96 are taken"},
		{strings.Repeat("FREQ=DAILY;", 100), "at most 1000 are read"},
	} {
		_, err := recurrence.ParseRRule(c.rule, wall(t, "2026-01-01 00:00", "UTC"), time.UTC)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %s", c.rule, err, c.want)
		}
	}
}

func FuzzRRule(f *testing.F) {
	f.Add("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", int64(0))
	f.Add("FREQ=HOURLY;INTERVAL=2;BYHOUR=1,2;UNTIL=20300101T000000", int64(1e9))
	f.Add("RRULE:FREQ=YEARLY;BYWEEKNO=-1;BYDAY=SU;WKST=SU;COUNT=5", int64(2e9))
	berlin, err := recurrence.Zone("Europe/Berlin")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string, start int64) {
		begin := time.Unix(start%(1<<32), 0)
		asked := time.Now()
		rule, err := recurrence.ParseRRule(text, begin, berlin)
		if err == nil {
			rises(t, rule, begin.Add(-time.Second))
		}
		if took := time.Since(asked); took > 5*time.Second {
			t.Errorf("it took %s", took)
		}
	})
}

// rises checks that a rule's times are in order.
func rises(t *testing.T, rule recurrence.Rule, last time.Time) {
	t.Helper()
	for _, at := range recurrence.Upcoming(rule, last, 5) {
		if !at.After(last) {
			t.Fatalf("%s comes after %s", at, last)
		}
		last = at
	}
}

// days says the times of a rule as want does, as many as are in it.
func days(t *testing.T, rule recurrence.Rule, start, want string) string {
	t.Helper()
	n := 1
	for _, word := range strings.Fields(want) {
		if len(word) < 3 {
			n++
		}
	}
	var said []string
	last := time.Time{}
	times := recurrence.Upcoming(rule, time.Time{}, n)
	for i, at := range times {
		at = at.In(zone(t, "America/New_York"))
		if at.Format("15:04") != start[11:] {
			t.Errorf("%s is not at %s", at, start[11:])
		}
		if i == n-1 {
			break // want says no more
		}
		if at.Year() != last.Year() {
			said = append(said, fmt.Sprint(at.Year()))
		}
		if at.Year() != last.Year() || at.Month() != last.Month() {
			said = append(said, at.Format("Jan"))
		}
		said, last = append(said, fmt.Sprint(at.Day())), at
	}
	if len(times) < n {
		said = append(said, "end")
	}
	return strings.Join(said, " ")
}

func mustRRule(t *testing.T, text, start, name string) recurrence.RRule {
	t.Helper()
	rule, err := recurrence.ParseRRule(text, wall(t, start, name), zone(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return rule
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := recurrence.Zone(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func wall(t *testing.T, text, name string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", text, zone(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return at
}
