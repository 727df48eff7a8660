package contest

import (
	"fmt"
	"io"
	"net/netip"
	"strings"
	"text/tabwriter"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/lab"
	"github.com/portolan-io/terraform-provider-portolan/tools/bench/peer"
)

// columns are those of both tables.
func columns() []string {
	return []string{"program", "recall", "precision", "wall s", "ratio", "CPU µs/probe", "RSS MiB", "bars"}
}

// Table prints a result for a terminal.
func (r *Result) Table(out io.Writer) error {
	fmt.Fprintf(out, "\n%s: %s (%d to find)\n", r.Scenario, r.About, r.Truth)
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, strings.Join(columns(), "\t"))
	for _, row := range r.Rows {
		fmt.Fprintln(w, strings.Join(row.cells(r.Truth), "\t"))
	}
	return w.Flush()
}

// Markdown prints a result for the documentation: what was not run has no row.
func (r *Result) Markdown(out io.Writer) {
	fmt.Fprintf(out, "\n### %s\n\n%s; %d to find.\n\n", r.Scenario, r.About, r.Truth)
	for _, bar := range barsOf(r.Scenario) {
		fmt.Fprintf(out, "- %s\n", bar)
	}
	fmt.Fprintf(out, "\n| %s |\n|%s\n", strings.Join(columns(), " | "), strings.Repeat("---|", len(columns())))
	for _, row := range r.Rows {
		if len(row.Runs) > 0 {
			fmt.Fprintf(out, "| %s |\n", strings.Join(row.cells(r.Truth), " | "))
		}
	}
}

func (r Row) cells(truth int) []string {
	if len(r.Runs) == 0 {
		return []string{r.Name, "left out: " + r.Left}
	}
	m := r.Median()
	wall := fmt.Sprintf("%.2f", m.Wall.Seconds())
	if !r.ended() {
		wall = "> " + wall
	}
	ratio := ""
	if r.Ratio > 0 {
		ratio = fmt.Sprintf("%.2f", r.Ratio)
	}
	recall := "–"
	if truth > 0 {
		recall = fmt.Sprintf("%.4f", r.Recall())
	}
	return []string{
		r.Name, recall, fmt.Sprintf("%.4f", r.Precision()), wall, ratio,
		fmt.Sprintf("%.1f", microseconds(r.CPU())), fmt.Sprintf("%.0f", float64(r.RSS())/mib), r.verdict(),
	}
}

func (r Row) verdict() string {
	var said []string
	switch {
	case len(r.Bars) > 0:
		said = append(said, "missed: "+strings.Join(r.Bars, "; "))
	case r.Held > 0 && !r.Alone:
		said = append(said, "held")
	}
	if r.Alone {
		said = append(said, "nobody to compare with")
	}
	return strings.Join(said, "; ")
}

// Missed tells whether a bar was missed.
func (r *Result) Missed() bool {
	for _, row := range r.Rows {
		if len(row.Bars) > 0 {
			return true
		}
	}
	return false
}

// Commands prints how each program is called.
func Commands(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	for _, p := range peer.Programs() {
		task := peer.Task{
			Targets: "TARGETS", First: 1, Last: 1000, Out: "OUT", Interface: lab.Interface, Server: "SERVER",
			Places: []netip.AddrPort{netip.MustParseAddrPort("192.0.2.1:443")},
		}
		fmt.Fprintf(w, "%s\t%s %s\n", p.Name, p.Path, strings.Join(p.Args(task), " "))
	}
	return w.Flush()
}
