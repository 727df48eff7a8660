package report_test

import (
	"encoding/xml"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/report"
)

type junit struct {
	Suite struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
		Skipped  int `xml:"skipped,attr"`
		Cases    []struct {
			Class   string    `xml:"classname,attr"`
			Name    string    `xml:"name,attr"`
			Failure *struct{} `xml:"failure"`
			Error   *struct{} `xml:"error"`
			Skipped *struct{} `xml:"skipped"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

func decodeJUnit(t *testing.T, text string) junit {
	t.Helper()
	var j junit
	if err := xml.Unmarshal([]byte(text), &j); err != nil {
		t.Fatal(err)
	}
	return j
}

// TestJUnit: the numbers are those of the cases, and no two have one name.
func TestJUnit(t *testing.T) {
	incomplete := compared()
	incomplete.Scan.Summary.TasksFailed = 1
	odd := hostile()
	odd.Assessment.Unknown = nil // it is the same as what is fixed
	for _, r := range []report.Report{sample(), compared(), withFindings(), incomplete, odd} {
		suite := decodeJUnit(t, render(t, "junit", r)).Suite
		failures, errors, skipped, names := 0, 0, 0, map[string]bool{}
		for _, c := range suite.Cases {
			names[c.Class+c.Name] = true
			if c.Failure != nil {
				failures++
			}
			if c.Error != nil {
				errors++
			}
			if c.Skipped != nil {
				skipped++
			}
		}
		if suite.Tests != len(suite.Cases) || suite.Failures != failures || suite.Errors != errors || suite.Skipped != skipped || len(names) != suite.Tests || suite.Tests == 0 {
			t.Errorf("%+v: %d failures, %d errors, %d skipped, %d names", suite, failures, errors, skipped, len(names))
		}
	}
	if suite := decodeJUnit(t, render(t, "junit", incomplete)).Suite; suite.Errors != 1 {
		t.Error("an incomplete scan is no error")
	}
}
