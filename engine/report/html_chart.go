package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Sizes of the charts, in units of their own; a browser stretches them.
const (
	chartWidth  = 440
	barLeft     = 76  // where bars begin, right of their label
	barMost     = 310 // of the longest bar
	barStep     = 30
	barHeight   = 16
	trendTop    = 12
	trendHeight = 118
	trendLeft   = 56
	maxTrend    = 20 // columns
)

// htmlBar is one severity of the chart: what is new and what is known, end to end.
type htmlBar struct {
	Severity   engine.Severity
	Y, TextY   int
	New, Known htmlSpan
	CountX     int
	Count      string
}

// htmlSpan is a part of a bar; nothing is drawn of one without width.
type htmlSpan struct{ X, Width, Count int }

// severityBars draws all severities to one scale.
func severityBars(r *Report) []htmlBar {
	counts := map[engine.Severity][2]int{}
	for i := range r.Assessment.Active {
		a := &r.Assessment.Active[i]
		count := counts[a.Finding.Severity]
		if r.compared() && !a.New {
			count[1]++
		} else {
			count[0]++
		}
		counts[a.Finding.Severity] = count
	}
	most := 1
	for _, count := range counts {
		most = max(most, count[0]+count[1])
	}
	var bars []htmlBar
	for i, severity := range engine.Severities() {
		count := counts[severity]
		y := i * barStep
		fresh := htmlSpan{barLeft, barWidth(count[0], most), count[0]}
		known := htmlSpan{barLeft + fresh.Width, barWidth(count[1], most), count[1]}
		bars = append(bars, htmlBar{
			Severity: severity, Y: y, TextY: y + barHeight - 4, New: fresh, Known: known,
			CountX: known.X + known.Width + 8, Count: thousands(count[0] + count[1]),
		})
	}
	return bars
}

// barWidth is never so small that it cannot be seen.
func barWidth(count, most int) int {
	if count == 0 {
		return 0
	}
	return max(3, barMost*count/most)
}

// htmlTrend is a column for each scan of the same targets, the newest at the right.
type htmlTrend struct {
	Columns     []htmlColumn
	Most        string
	First, Last string // dates
}

// htmlColumn is one scan: its severities stacked, the worst at the bottom.
type htmlColumn struct {
	X, Width int
	Title    string
	Parts    []htmlPart
	IsThis   bool
}

type htmlPart struct {
	Severity  engine.Severity
	Y, Height int
}

// trendOf draws the earlier scans and this one; nil if there is nothing to compare.
func trendOf(r *Report) *htmlTrend {
	scans := slices.SortedFunc(slices.Values(r.Earlier), func(a, b engine.Scan) int { return a.CreatedAt.Compare(b.CreatedAt) })
	if len(scans) == 0 {
		return nil
	}
	scans = scans[max(0, len(scans)-maxTrend+1):]
	this := r.Scan
	this.Summary = allFound(r)
	scans = append(scans, this)
	most := 1
	for i := range scans {
		most = max(most, scans[i].Summary.Total)
	}
	trend := &htmlTrend{Most: thousands(most), First: dayOf(scans[0].CreatedAt), Last: dayOf(this.CreatedAt)}
	step := (chartWidth - trendLeft) / max(len(scans), 6)
	for i := range scans {
		trend.Columns = append(trend.Columns, column(&scans[i], trendLeft+i*step, step, most))
	}
	trend.Columns[len(scans)-1].IsThis = true
	return trend
}

// allFound counts what this scan found, suppressed or not, as earlier scans do.
func allFound(r *Report) (sum engine.Summary) {
	for a := range r.findings() {
		sum.Add(a.Finding.Severity, 1)
	}
	return sum
}

func column(scan *engine.Scan, x, step, most int) htmlColumn {
	c := htmlColumn{X: x + step/6, Width: max(2, step*2/3), Title: fmt.Sprintf("Scan %d, %s: %s", scan.ID, dayOf(scan.CreatedAt), plural(scan.Summary.Total, "finding"))}
	bottom, seen := trendTop+trendHeight, 0
	for _, count := range severityCounts(scan.Summary) {
		from := trendHeight * seen / most
		seen += count.Count
		if height := trendHeight*seen/most - from; height > 0 {
			c.Parts = append(c.Parts, htmlPart{count.Severity, bottom - from - height, height})
		}
	}
	return c
}

func dayOf(at time.Time) string { return at.UTC().Format("2 Jan 2006") }

// thousands gives "12,345".
func thousands(n int) string {
	digits := strconv.Itoa(n)
	var groups []string
	for len(digits) > 3 {
		groups = append([]string{digits[len(digits)-3:]}, groups...)
		digits = digits[:len(digits)-3]
	}
	return strings.Join(append([]string{digits}, groups...), ",")
}
