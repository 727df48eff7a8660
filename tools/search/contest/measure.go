package contest

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// Measure is a line of the table.
type Measure struct {
	Name string
	Unit string // of Of, "" for a plain number
	Of   func(*Result) float64
	Bar  Bar
}

// Bar is what Portolan is held to. What is zero is not asked.
type Bar struct {
	Most, Least float64
	Times       float64 // at most so many times Bleve's
}

// String says the bar in words.
func (b Bar) String() string {
	switch {
	case b.Times > 0:
		return fmt.Sprintf("≤ %g × Bleve", b.Times)
	case b.Most > 0:
		return fmt.Sprintf("≤ %g", b.Most)
	case b.Least > 0:
		return fmt.Sprintf("≥ %g", b.Least)
	}
	return ""
}

// Measures is the list of all that is measured. The bars are those for
// 1,000,000 documents.
func Measures() []Measure {
	return []Measure{
		{"ingest rate", "docs/s", func(r *Result) float64 { return rate(r.Documents, r.Ingest.Wall-r.making().Wall) }, Bar{}},
		{"ingest CPU", "µs/doc", func(r *Result) float64 { return µs(r.Ingest.CPU-r.making().CPU) / float64(r.Documents) }, Bar{Times: 0.25}},
		{"ingest CPU, small reports", "µs/doc", func(r *Result) float64 { return µs(r.Small.CPU) / float64(r.Small.Documents) }, Bar{}},
		{"ingest RSS", "MiB", func(r *Result) float64 { return mib(r.Ingest.RSS) }, Bar{}},
		{"size on disk", "MiB", func(r *Result) float64 { return mib(r.Disk) }, Bar{Times: 0.35}},
		{"… against raw JSON", "×", func(r *Result) float64 { return float64(r.Disk) / r.raw() }, Bar{}},
		{"opening", "ms", func(r *Result) float64 { return ms(r.Query.Open) }, Bar{Most: 10}},
		{"query RSS", "MiB", func(r *Result) float64 { return mib(r.Query.RSS) }, Bar{Most: 256}},
		{"first page, median", "ms", func(r *Result) float64 { return ms(half(pages(r))) }, Bar{Most: 60}},
		{"first page, slowest", "ms", func(r *Result) float64 { return ms(slices.Max(pages(r))) }, Bar{Most: 1000}},
		{"count, slowest", "ms", func(r *Result) float64 { return slowest(r.Query.Answers) }, Bar{Most: 250}},
		{"facet, slowest", "ms", func(r *Result) float64 { return slowest(r.Query.Facets) }, Bar{Most: 1000}},
		{"download", "docs/s", func(r *Result) float64 { return rate(r.Down.Documents, r.Down.Wall) }, Bar{Least: 150_000}},
		{"download RSS", "MiB", func(r *Result) float64 { return mib(r.Down.RSS) }, Bar{}},
		{"reads by a second process", "", func(r *Result) float64 { return float64(r.Read.Reads) }, Bar{Least: 1}},
	}
}

// making is what the documents alone cost.
func (r *Result) making() Figures {
	times := float64(r.Documents) / float64(r.Corpus.Documents)
	return Figures{Wall: time.Duration(times * float64(r.Corpus.Wall)), CPU: time.Duration(times * float64(r.Corpus.CPU))}
}

// raw is the size of all documents as lines of JSON.
func (r *Result) raw() float64 {
	return float64(r.Corpus.Bytes) / float64(r.Corpus.Documents) * float64(r.Documents)
}

func pages(r *Result) (all []time.Duration) {
	for _, a := range r.Query.Answers {
		all = append(all, a.Page)
	}
	return all
}

func counts(answers []Answer) (all []time.Duration) {
	for _, a := range answers {
		all = append(all, a.Count)
	}
	return all
}

// slowest is not a number where something was left out.
func slowest(answers []Answer) float64 {
	for _, a := range answers {
		if a.Left != "" {
			return math.NaN()
		}
	}
	return ms(slices.Max(counts(answers)))
}

// half is the median: of an even number, the mean of the two in the middle.
func half(all []time.Duration) time.Duration {
	slices.Sort(all)
	return (all[(len(all)-1)/2] + all[len(all)/2]) / 2
}

func rate(n int, wall time.Duration) float64 { return float64(n) / wall.Seconds() }

func µs(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }
