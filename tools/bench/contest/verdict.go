package contest

import (
	"fmt"
	"slices"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/tools/bench/peer"
)

// Median is the row's middle run by wall time; its first if it never ended.
func (r Row) Median() Sample {
	if len(r.Runs) == 0 {
		return Sample{}
	}
	runs := slices.Clone(r.Runs)
	slices.SortFunc(runs, func(a, b Sample) int { return int(a.Wall - b.Wall) })
	return runs[(len(runs)-1)/2]
}

// Recall is that of the worst run.
func (r Row) Recall() float64 { return r.least(func(s Sample) float64 { return s.Recall }) }

// Precision is that of the worst run.
func (r Row) Precision() float64 { return r.least(func(s Sample) float64 { return s.Precision }) }

func (r Row) least(of func(Sample) float64) float64 {
	least := 1.0
	for _, s := range r.Runs {
		least = min(least, of(s))
	}
	return least
}

// CPU is the time for one probe, in the middle run.
func (r Row) CPU() time.Duration {
	return r.Median().CPU / time.Duration(max(1, r.Probes))
}

// RSS is that of the largest run.
func (r Row) RSS() (most int64) {
	for _, s := range r.Runs {
		most = max(most, s.RSS)
	}
	return most
}

// ended tells whether every run ended by itself.
func (r Row) ended() bool {
	return len(r.Runs) > 0 && !slices.ContainsFunc(r.Runs, func(s Sample) bool { return !s.Ended })
}

// judge holds the rows against the scenario's bars.
func judge(s Scenario, result *Result) {
	for _, bar := range s.Bars {
		i := slices.IndexFunc(result.Rows, func(r Row) bool { return r.Name == bar.Entry })
		if i < 0 || len(result.Rows[i].Runs) == 0 {
			continue
		}
		j := &judgement{bar: bar, rows: result.Rows, row: &result.Rows[i]}
		j.quality()
		j.cost()
		j.ratio()
	}
}

// judgement is one row before one bar.
type judgement struct {
	bar  Bar
	rows []Row
	row  *Row
}

// ask notes whether a part of the bar holds.
func (j *judgement) ask(holds bool, format string, args ...any) {
	if holds {
		j.row.Held++
		return
	}
	j.row.Bars = append(j.row.Bars, fmt.Sprintf(format, args...))
}

func (j *judgement) quality() {
	r := j.row
	j.ask(r.ended(), "did not end")
	j.ask(r.Recall() >= j.bar.Recall, "recall %.4f < %.3f", r.Recall(), j.bar.Recall)
	j.ask(r.Precision() == 1, "precision %.4f < 1", r.Precision())
	if j.bar.AllOpen {
		j.ask(!slices.ContainsFunc(r.Runs, func(s Sample) bool { return !s.AllOpen }), "an all-open host is not one observation")
	}
}

func (j *judgement) cost() {
	r, b := j.row, j.bar
	if b.CPU > 0 {
		most := j.mostCPU()
		j.ask(r.CPU() <= most, "CPU %.1f µs > %.1f µs", microseconds(r.CPU()), microseconds(most))
	}
	if b.Wall > 0 {
		j.ask(r.Median().Wall <= b.Wall, "wall %.1f s > %.0f s", r.Median().Wall.Seconds(), b.Wall.Seconds())
	}
	if b.Rate > 0 {
		rate := float64(r.Probes) / r.Median().Wall.Seconds()
		j.ask(rate >= b.Rate, "%.0f services/s < %.0f", rate, b.Rate)
	}
	if b.RSS > 0 {
		j.ask(r.RSS() <= b.RSS, "RSS %d MiB > %d MiB", r.RSS()/mib, b.RSS/mib)
	}
	if other, ok := j.other(b.Flat); ok {
		const hardly = 1.1
		j.ask(float64(r.RSS()) <= hardly*float64(other.RSS()), "RSS %d MiB grew from %d MiB", r.RSS()/mib, other.RSS()/mib)
	}
}

// mostCPU is what a probe may cost.
func (j *judgement) mostCPU() time.Duration {
	if floor, ok := j.other(j.bar.Over); ok {
		return max(j.bar.CPU, time.Duration(overhead*float64(floor.CPU())))
	}
	return j.bar.CPU
}

func (j *judgement) other(name string) (Row, bool) {
	i := slices.IndexFunc(j.rows, func(r Row) bool { return r.Name == name && len(r.Runs) > 0 })
	if i < 0 {
		return Row{}, false
	}
	return j.rows[i], true
}

// ratio compares with the fastest of those that the bar names. One that was ended by
// the limit took longer than that; a bar that holds then, holds.
func (j *judgement) ratio() {
	if j.bar.Ratio == 0 {
		return
	}
	fastest, ok := j.fastest()
	if !ok {
		j.row.Alone = true
		return
	}
	j.row.Ratio = ratio(*j.row, fastest)
	j.ask(j.row.Ratio <= j.bar.Ratio, "%.2f × %s > %.2f", j.row.Ratio, fastest.Name, j.bar.Ratio)
}

// ratio is the middle one of the rounds' ratios, since what disturbs a round
// disturbs both; with who did not run in every round it is that of the medians.
func ratio(row, other Row) float64 {
	if len(row.Runs) != len(other.Runs) {
		return float64(row.Median().Wall) / float64(other.Median().Wall)
	}
	var ratios []float64
	for i, run := range row.Runs {
		ratios = append(ratios, float64(run.Wall)/float64(other.Runs[i].Wall))
	}
	slices.Sort(ratios)
	return ratios[(len(ratios)-1)/2]
}

func (j *judgement) fastest() (best Row, ok bool) {
	for _, r := range j.rows {
		if len(r.Runs) > 0 && j.compares(r) && (!ok || r.Median().Wall < best.Median().Wall) {
			best, ok = r, true
		}
	}
	return best, ok
}

// compares tells whether a row is among those of the bar. A limit program is no peer.
func (j *judgement) compares(r Row) bool {
	const complete = 0.99
	isPeer := find(r.Name).Path != peer.Limits && r.Name != peer.Connect && r.Name != peer.SYN
	return slices.Contains(j.bar.Against, r.Name) || j.bar.Complete && isPeer && r.ended() && r.Recall() >= complete
}

func microseconds(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
