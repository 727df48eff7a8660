package contest

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
)

// Table prints what was measured and says whether every bar holds. Portolan's
// result comes first; Bleve's may be missing.
func Table(out io.Writer, results []*Result) (held bool, err error) {
	ours := results[0]
	fmt.Fprintf(out, "%d documents, %.0f bytes of JSON each; the bars are those for 1,000,000\n\n", ours.Documents, ours.raw()/float64(ours.Documents))
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "\t"+contestants(results)+"\tbar\tverdict")
	held = true
	for _, m := range Measures() {
		verdict := m.verdict(results)
		held = held && verdict != broken
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", label(m.Name, m.Unit), cells(results, m.Of), m.Bar, verdict)
	}
	if err := w.Flush(); err != nil {
		return false, err
	}
	answers(out, results)
	same := compare(out, results)
	leftOut(out, results)
	return held && same, nil
}

// Verdicts on a bar.
const (
	broken    = "BROKEN"
	keeps     = "held"
	alone     = "nobody to compare with"
	missing   = "not measured"
	noVerdict = ""
)

func (m Measure) verdict(results []*Result) string {
	value := m.Of(results[0])
	most := m.Bar.Most
	if m.Bar.Times > 0 {
		if len(results) < 2 {
			return alone
		}
		most = m.Bar.Times * m.Of(results[1])
	}
	switch {
	case most == 0 && m.Bar.Least == 0:
		return noVerdict
	case math.IsNaN(value):
		return missing
	case most > 0 && value > most || value < m.Bar.Least:
		return broken
	}
	return keeps
}

func contestants(results []*Result) string {
	var names []string
	for _, r := range results {
		names = append(names, r.Contestant)
	}
	return strings.Join(names, "\t")
}

func label(name, unit string) string {
	if unit == "" {
		return name
	}
	return name + " (" + unit + ")"
}

func cells(results []*Result, of func(*Result) float64) string {
	var texts []string
	for _, r := range results {
		texts = append(texts, figure(of(r)))
	}
	return strings.Join(texts, "\t")
}

// figure keeps three digits of small numbers.
func figure(value float64) string {
	if math.IsNaN(value) {
		return "–"
	}
	if value >= 100 {
		return fmt.Sprintf("%.0f", value)
	}
	return fmt.Sprintf("%.3g", value)
}

// answers prints the questions with their hits and times.
func answers(out io.Writer, results []*Result) {
	fmt.Fprintf(out, "\nmilliseconds for the first page of %d / the exact count; of facets, for the %d commonest values\n\n", pageSize, facetSize)
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "question\thits\t"+contestants(results))
	for i, a := range results[0].Query.Answers {
		fmt.Fprintf(w, "%s\t%d", a.Question, a.Hits)
		for _, r := range results {
			fmt.Fprintf(w, "\t%s / %s", figure(ms(r.Query.Answers[i].Page)), figure(ms(r.Query.Answers[i].Count)))
		}
		fmt.Fprintln(w)
	}
	for i, a := range results[0].Query.Facets {
		fmt.Fprintf(w, "%s\t", a.Question)
		for _, r := range results {
			fmt.Fprintf(w, "\t%s", figure(slowest(r.Query.Facets[i:i+1])))
		}
		fmt.Fprintln(w)
	}
	_ = w.Flush()
}

// compare prints where two contestants answer differently.
func compare(out io.Writer, results []*Result) (same bool) {
	fmt.Fprintln(out)
	if len(results) < 2 {
		fmt.Fprintln(out, "Hits are not compared: nobody else was asked.")
		return true
	}
	same = true
	for i, ours := range append(slices.Clone(results[0].Query.Answers), results[0].Query.Facets...) {
		theirs := append(slices.Clone(results[1].Query.Answers), results[1].Query.Facets...)[i]
		if ours.Left == "" && (ours.Hits != theirs.Hits || !slices.Equal(ours.First, theirs.First)) {
			fmt.Fprintf(out, "DIFFERENT: %s: %d and %d hits, beginning with\n  %v\n  %v\n", ours.Question, ours.Hits, theirs.Hits, ours.First, theirs.First)
			same = false
		}
	}
	if same {
		fmt.Fprintln(out, "Both found the same documents: every count, every first page, every facet.")
	}
	return same
}

// leftOut says what the table does not.
func leftOut(out io.Writer, results []*Result) {
	for _, r := range results {
		for _, a := range r.Query.Facets {
			if a.Left != "" {
				fmt.Fprintf(out, "Left out of %s: %s: %s.\n", r.Contestant, a.Question, a.Left)
			}
		}
		if r.Read.Failure != "" {
			fmt.Fprintf(out, "The process that reads %s beside its writer was told, last: %s\n", r.Contestant, r.Read.Failure)
		}
		if r.Contestant == Bleve {
			fmt.Fprint(out, "Left out of Bleve: what Portolan indexes for _exists_ and FIELD.keyword; the download beyond 100,000 documents, which are read without a search and unordered.\n")
		}
	}
	fmt.Fprint(out, "Left out of both: power failure, networks and file systems other than this one; RSS counts mapped pages of files, which Bleve has many of.\n")
}
