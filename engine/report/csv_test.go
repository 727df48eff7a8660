package report_test

import (
	"encoding/csv"
	"strings"
	"testing"
)

func readCSV(t *testing.T, text string) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll() // all rows as long as the first
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestCSV(t *testing.T) {
	rows := readCSV(t, render(t, "csv", compared()))
	states := map[string]int{}
	for _, row := range rows[1:] {
		states[row[0]]++
	}
	if len(rows) != 8 || states["new"] != 1 || states["known"] != 3 || states["suppressed"] != 1 || states["fixed"] != 1 || states["unknown"] != 1 {
		t.Errorf("%d rows, states %v", len(rows), states)
	}
}

// TestCSVHoldsNoFormula: no cell begins with what a spreadsheet runs, also where a
// semicolon separates cells.
func TestCSVHoldsNoFormula(t *testing.T) {
	for _, text := range []string{
		"=cmd|' /C calc'!A0", "+1+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r\n=1", " =1", "＝1", "＋1", "－1", "＠x", "\u200b=1",
		"a;=1", "a; =1", "a;;-1", `";=1`,
	} {
		f := sampleFindings()[0]
		f.Title = text
		cell := readCSV(t, render(t, "csv", withFindings(f)))[1][3]
		for part := range strings.SplitSeq(cell, ";") {
			if part = strings.TrimSpace(part); part != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(part)[0]) {
				t.Errorf("%q gives %q, in which %q is a formula", text, cell, part)
			}
		}
	}
	f := sampleFindings()[0]
	f.Title = "a-b = c; d"
	if cell := readCSV(t, render(t, "csv", withFindings(f)))[1][3]; cell != f.Title {
		t.Errorf("what is no formula became %q", cell)
	}
}
