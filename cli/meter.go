package cli

import (
	"fmt"
	"io"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"github.com/portolan-io/terraform-provider-portolan/engine/stage"
)

// meterEvery is how often a terminal is written to: faster cannot be read.
const meterEvery = 200 * time.Millisecond

// meter shows how far a stage is: one line that is written over on a terminal,
// nothing elsewhere, and a line of summary at the end.
type meter struct {
	out    io.Writer
	live   bool
	width  int
	start  time.Time
	next   time.Time
	before uint64 // done by an earlier run, or when the first progress came
	last   stage.Progress
	known  bool
	what   string // is found: "open", "services"
	print  *message.Printer
}

func newMeter(out io.Writer, what string) *meter {
	width, live := terminalWidth(out)
	return &meter{out: out, live: live, width: width, start: time.Now(), what: what, print: message.NewPrinter(language.English)}
}

// say writes a line above the meter.
func (m *meter) say(line string) {
	m.clear()
	_, _ = fmt.Fprintln(m.out, line)
}

// show takes note of progress, and writes it if it is time to.
func (m *meter) show(p stage.Progress) {
	if !m.known {
		m.known, m.before = true, p.Done
	}
	m.last = p
	now := time.Now()
	if !m.live || now.Before(m.next) {
		return
	}
	m.next = now.Add(meterEvery)
	line := m.print.Sprintf("%5.1f %%  %s/s  %d %s  %s", m.percent(), m.perSecond(now), p.Found, m.what, m.left(now))
	if runes := []rune(line); len(runes) > m.width-1 {
		line = string(runes[:max(0, m.width-1)])
	}
	_, _ = fmt.Fprintf(m.out, "\r\x1b[K%s", line)
}

func (m *meter) percent() float64 {
	return 100 * float64(m.last.Done) / float64(max(1, m.last.Total))
}

func (m *meter) rate(now time.Time) float64 {
	return float64(m.last.Done-m.before) / max(now.Sub(m.start).Seconds(), 1e-3)
}

func (m *meter) perSecond(now time.Time) string { return m.print.Sprintf("%.0f", m.rate(now)) }

// left is how long the rest takes at the rate so far.
func (m *meter) left(now time.Time) string {
	rate := m.rate(now)
	if rate == 0 {
		return ""
	}
	left := time.Duration(float64(m.last.Total-m.last.Done) / rate * float64(time.Second))
	return left.Round(time.Second).String() + " left"
}

// end clears the line and says what was done.
func (m *meter) end() {
	m.clear()
	now := time.Now()
	hosts := ""
	if m.last.Up > 0 {
		hosts = m.print.Sprintf(", %d hosts up", m.last.Up)
	}
	_, _ = fmt.Fprintln(m.out, m.print.Sprintf("%d of %d in %s (%s/s), %d %s%s", m.last.Done, m.last.Total,
		now.Sub(m.start).Round(time.Millisecond), m.perSecond(now), m.last.Found, m.what, hosts))
}

func (m *meter) clear() {
	if m.live {
		_, _ = fmt.Fprint(m.out, "\r\x1b[K")
	}
}
