package report

import (
	"path"
	"strconv"
	"strings"

	"github.com/sethvargo/go-githubactions"

	pages "github.com/portolan-io/terraform-provider-portolan/engine/report"
)

// Limits of GitHub on annotations. What is more than ten of a level in one step vanishes
// in silence; a message is cut after 4,096 bytes, a title after 255 characters.
const (
	MaxAnnotations = 10
	maxMessage     = 4096
	maxTitle       = 255
)

// Level is how grave an annotation is.
type Level string

// The levels.
const (
	Error   Level = "error"
	Warning Level = "warning"
	Notice  Level = "notice"
)

// Annotation is a message that GitHub shows at a line of a file, or at the run.
type Annotation struct {
	Level   Level
	Title   string
	Message string
	File    string // relative to the repository's root; "" for none
	Line    int    // from 1; 0 for none
}

// Annotate writes an annotation, and says whether there was room for it.
func (r *Runner) Annotate(a Annotation) (bool, error) {
	if r.Room(a.Level) == 0 {
		return false, nil
	}
	command := &githubactions.Command{Name: string(a.Level), Message: cut(pages.Clean(a.Message, maxMessage), maxMessage), Properties: a.properties()}
	err := r.do(func() {
		r.given[a.Level]++
		r.action.IssueCommand(command)
	})
	return err == nil, err
}

// Room is how many more annotations of a level GitHub shows.
func (r *Runner) Room(level Level) int {
	r.lock.Lock()
	defer r.lock.Unlock()
	return MaxAnnotations - r.given[level]
}

func (a Annotation) properties() githubactions.CommandProperties {
	properties := githubactions.CommandProperties{}
	if a.Title != "" {
		properties["title"] = pages.Clean(a.Title, maxTitle-1)
	}
	if a.File == "" {
		return properties
	}
	file := strings.ReplaceAll(a.File, `\`, "/")
	properties["file"] = pages.Clean(strings.TrimPrefix(path.Clean("/"+file), "/"), maxMessage)
	if a.Line > 0 {
		properties["line"] = strconv.Itoa(a.Line)
	}
	return properties
}

// cut keeps at most n bytes of text, whole characters only.
func cut(text string, n int) string {
	const ellipsis = "…"
	if len(text) <= n {
		return text
	}
	return strings.ToValidUTF8(text[:n-len(ellipsis)], "") + ellipsis
}
