package cli

import (
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// progress shows how a scan goes: one line that is written over on a terminal, a line
// for each step elsewhere.
type progress struct {
	out   io.Writer
	live  bool
	width int
	shown int64 // id of the last step that was shown
}

func newProgress(out io.Writer) *progress {
	width, live := terminalWidth(out)
	return &progress{out: out, live: live, width: width}
}

// terminalWidth is how many columns out has, and whether it is a terminal at all.
func terminalWidth(out io.Writer) (columns int, ok bool) {
	file, isFile := out.(*os.File)
	if !isFile || !term.IsTerminal(int(file.Fd())) {
		return 0, false
	}
	columns, _, err := term.GetSize(int(file.Fd()))
	if err != nil || columns <= 0 {
		return assumedWidth, true
	}
	return columns, true
}

// assumedWidth is for a terminal that does not know its own, as over a serial line.
const assumedWidth = 80

// show tells the steps of the scan that were not told yet.
func (p *progress) show(s engine.Scan) {
	for i, step := range s.Steps {
		if step.ID <= p.shown {
			continue
		}
		p.shown = step.ID
		if step.Description != nil && strings.HasSuffix(*step.Description, engine.NoFeed) {
			p.keep(fmt.Sprintf("scan %d: %s", s.ID, engine.NoFeed))
			continue
		}
		past := engine.Scan{ID: s.ID, Steps: s.Steps[:i+1], QueuePosition: s.QueuePosition}
		p.tell(fmt.Sprintf("scan %d: %s", s.ID, describe(past)))
	}
}

func (p *progress) tell(line string) {
	if !p.live {
		_, _ = fmt.Fprintln(p.out, line)
		return
	}
	if runes := []rune(line); len(runes) > p.width-1 {
		line = string(runes[:max(0, p.width-1)])
	}
	_, _ = fmt.Fprintf(p.out, "\r\x1b[K%s", line)
}

// keep tells what must not be written over.
func (p *progress) keep(line string) {
	if p.live {
		line = "\r\x1b[K" + line
	}
	_, _ = fmt.Fprintln(p.out, line)
}

func describe(s engine.Scan) string {
	if s.State() == engine.StatePending && s.QueuePosition != nil {
		return fmt.Sprintf("waiting, %d in the queue", *s.QueuePosition)
	}
	return strings.ToLower(s.LastStep())
}

// end leaves the terminal clean for what comes next.
func (p *progress) end() {
	if p.live && p.shown != 0 {
		_, _ = fmt.Fprint(p.out, "\r\x1b[K")
	}
}
