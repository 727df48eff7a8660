// Package report writes to the runner of GitHub Actions: the log with its groups,
// annotations and masks, the outputs and state of a step, and its summary. Begin with
// [New].
//
// It is the only way to the runner: nothing else of the action writes to standard
// output, or knows the library that is used here. It judges nothing and knows no scan.
//
// Text from a scanned service is hostile, so whatever is handed in is taken for that.
// A line of the log never begins a workflow command ("::", or "##[" anywhere in it), a
// value ends only where it says (a delimiter of 128 random bits), and what the runner
// would cut off in silence is counted and cut here.
package report

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/sethvargo/go-githubactions"

	pages "github.com/portolan-io/terraform-provider-portolan/engine/report"
)

// maxLine is how many characters of a line of the log are written.
const maxLine = 2000

// Runner is the runner of one step. Its methods may be called at the same time.
type Runner struct {
	lock    sync.Mutex
	action  *githubactions.Action
	getenv  func(string) string
	debug   bool
	given   map[Level]int   // annotations
	masked  map[string]bool // secrets
	summary int             // bytes that are written
}

// New makes a Runner that writes its log to out and finds the files of the runner by
// its variables. Without them, outside of GitHub Actions, there are no outputs, no
// state and no summary.
func New(out io.Writer, getenv func(string) string) *Runner {
	return &Runner{
		action: githubactions.New(githubactions.WithWriter(out), githubactions.WithGetenv(getenv)),
		getenv: getenv,
		debug:  getenv("RUNNER_DEBUG") == "1" || strings.EqualFold(getenv("ACTIONS_STEP_DEBUG"), "true"),
		given:  map[Level]int{},
		masked: map[string]bool{},
	}
}

// Mask hides a secret in the whole log of the job from now on, also where it stands in
// base64 (for Basic authentication), alone or after a user's name.
func (r *Runner) Mask(secret string) error {
	secret = strings.TrimSpace(secret)
	if secret == "" {
		return nil
	}
	forms := []string{secret, base64.StdEncoding.EncodeToString([]byte(secret))}
	if _, password, ok := strings.Cut(secret, ":"); ok && password != "" {
		forms = append(forms, password)
	}
	for line := range strings.Lines(secret) {
		forms = append(forms, strings.TrimSpace(line))
	}
	return r.do(func() {
		for _, form := range forms {
			if form != "" && !r.masked[form] {
				r.masked[form] = true
				r.action.AddMask(form)
			}
		}
	})
}

// Line writes a line to the log.
func (r *Runner) Line(format string, values ...any) error {
	line := inert(fmt.Sprintf(format, values...))
	return r.do(func() { r.action.Infof("%s", line) })
}

// Debug writes a line that is shown only if the workflow is debugged.
func (r *Runner) Debug(format string, values ...any) error {
	if !r.debug {
		return nil
	}
	line := inert(fmt.Sprintf(format, values...))
	return r.do(func() { r.action.Debugf("%s", line) })
}

// Debugs reports whether the workflow is debugged.
func (r *Runner) Debugs() bool { return r.debug }

// Group begins lines that are folded below a title, until [Runner.EndGroup].
func (r *Runner) Group(title string) error {
	title = inert(title)
	return r.do(func() { r.action.Group(title) })
}

// EndGroup ends the lines of a group.
func (r *Runner) EndGroup() error { return r.do(r.action.EndGroup) }

// do calls the library, which panics where it cannot write.
func (r *Runner) do(write func()) (err error) {
	r.lock.Lock()
	defer r.lock.Unlock()
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("write to the runner: %v", cause)
		}
	}()
	write()
	return nil
}

// inert makes text a line of the log that commands nothing. The runner looks for "::"
// after leading space, and for "##[" anywhere; [pages.Clean] breaks the latter.
func inert(text string) string {
	line := pages.Clean(text, maxLine)
	if strings.HasPrefix(line, "::") {
		line = "· " + line
	}
	return cmp.Or(line, " ")
}
