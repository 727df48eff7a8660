package report

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/sethvargo/go-githubactions"
)

// The files of the runner, as [githubactions.Action.IssueFileCommand] names them.
const (
	outputFile  = "output"
	stateFile   = "state"
	summaryFile = "step-summary"
)

// MaxSummary is how large the summary of a step may be; of a larger one nothing is shown.
const MaxSummary = 1 << 20

// cutNote ends a summary that was cut.
const cutNote = "\n\n… the rest is in the report files.\n"

// Output sets an output of the step; the last value that is set counts. A value may
// have several lines, and no NUL or other broken text.
func (r *Runner) Output(name, value string) error { return r.set(outputFile, name, value) }

// State keeps a value for the post step, which finds it as STATE_name.
func (r *Runner) State(name, value string) error { return r.set(stateFile, name, value) }

// set writes name and value with a delimiter that nobody can guess
// (CVE-2022-35954 was one that everybody knew).
func (r *Runner) set(file, name, value string) error {
	if !r.has(file) {
		return nil
	}
	if strings.ContainsAny(name, "=<\r\n") || name == "" {
		return fmt.Errorf("%q cannot be the name of an %s", name, file)
	}
	var random [16]byte
	_, _ = rand.Read(random[:]) // never fails, see crypto/rand
	delimiter := "portolan_" + hex.EncodeToString(random[:])
	value = strings.ReplaceAll(strings.ToValidUTF8(value, "\uFFFD"), "\x00", "\uFFFD")
	message := name + "<<" + delimiter + "\n" + value + "\n" + delimiter
	return r.do(func() {
		r.action.IssueFileCommand(&githubactions.Command{Name: file, Message: message})
	})
}

// Summary adds Markdown to the summary of the step. Where that would be longer than
// GitHub takes, it is cut at the end of a line, which in a table is a row.
func (r *Runner) Summary(markdown string) error {
	if !r.has(summaryFile) {
		return nil
	}
	text := markdown
	if room := MaxSummary - r.written() - 2; len(text) > room { // the library adds an end of line
		text = cutLines(text, room)
	}
	if text == "" {
		return nil
	}
	return r.do(func() {
		r.summary += len(text) + 2
		r.action.IssueFileCommand(&githubactions.Command{Name: summaryFile, Message: text})
	})
}

// written is how much there is in the summary, by others too.
func (r *Runner) written() int {
	info, err := os.Stat(r.getenv(variable(summaryFile)))
	if err != nil {
		return r.summary
	}
	return int(info.Size())
}

// cutLines keeps whole lines of text and says that there was more.
func cutLines(text string, room int) string {
	room -= len(cutNote)
	if room <= 0 {
		return ""
	}
	for room > 0 && !utf8.RuneStart(text[room]) {
		room--
	}
	end := strings.LastIndexByte(text[:room], '\n')
	return text[:max(end, 0)] + cutNote
}

// has reports whether there is such a file.
func (r *Runner) has(file string) bool { return r.getenv(variable(file)) != "" }

func variable(file string) string {
	return "GITHUB_" + strings.ToUpper(strings.ReplaceAll(file, "-", "_"))
}
