package check_test

import (
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/check"
)

// TestScore has the scores of the examples document of FIRST, and of the bounds.
func TestScore(t *testing.T) {
	for vector, want := range map[string]float64{
		"AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N": 6.4, // CVE-2013-0375
		"AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N": 3.1, // CVE-2014-3566
		"AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H": 9.9, // CVE-2012-1516
		"AV:L/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:L": 4.2, // CVE-2009-0783
		"AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N": 7.5, // CVE-2014-0160
		"AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H": 10,
		"AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H": 9.8,
		"AV:P/AC:H/PR:H/UI:R/S:C/C:N/I:N/A:N": 0,
	} {
		if got, err := check.Score("CVSS:3.1/" + vector); got != want || err != nil {
			t.Errorf("%s: %.1f, %v; want %.1f", vector, got, err, want)
		}
	}
}

// TestScoreRefuses shows vectors that are none.
func TestScoreRefuses(t *testing.T) {
	const whole = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
	for _, vector := range []string{
		"", whole[9:], whole[:len(whole)-4], whole + "/E:H", strings.Replace(whole, "AV:N", "AV:X", 1), strings.Replace(whole, "AV:N/AC:L", "AC:L/AV:N", 1), strings.Replace(whole, "3.1", "4.0", 1),
	} {
		if got, err := check.Score(vector); err == nil {
			t.Errorf("%q has the score %.1f", vector, got)
		}
	}
}
