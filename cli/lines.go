package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// maxLine is the longest line of an input file: a line of our own output fits.
const maxLine = 64 << 10

// standardStream is the file name that means standard input or output.
const standardStream = "-"

// openInput opens a file of a flag to read; "-" is standard input.
func (t Terminal) openInput(flag, name string) (io.ReadCloser, error) {
	if name == standardStream {
		return io.NopCloser(t.In), nil
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, badFile(flag, name, err)
	}
	return file, nil
}

// lines yields the number and text of each line that says something: comments from a
// # on, empty lines and space around the rest fall away.
func lines(r io.Reader) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		in := bufio.NewScanner(r)
		in.Buffer(make([]byte, 0, 4096), maxLine)
		for n := 1; in.Scan(); n++ {
			text, _, _ := strings.Cut(in.Text(), "#")
			if text = strings.TrimSpace(text); text != "" && !yield(n, text) {
				return
			}
		}
		if err := in.Err(); err != nil {
			yield(-1, err.Error())
		}
	}
}

// targetsOf reads the targets of the arguments and of a file, each one checked.
func (t Terminal) targetsOf(words []string, flag, name string) ([]engine.Target, error) {
	list := targets(words)
	if err := engine.ValidateTargets(list); err != nil && len(list) > 0 {
		return nil, err
	}
	if name == "" {
		return list, needTargets(list)
	}
	in, err := t.openInput(flag, name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }()
	for n, text := range lines(in) {
		if n < 0 {
			return nil, badFile(flag, name, errors.New(text))
		}
		if err := engine.Target(text).Validate(); err != nil {
			return nil, about(fmt.Sprintf("%s %s:%d", flag, name, n), err)
		}
		list = append(list, engine.Target(text))
	}
	return list, needTargets(list)
}

func needTargets(list []engine.Target) error {
	if len(list) > 0 {
		return nil
	}
	return &engine.Error{Kind: engine.Invalid, Title: "No targets", Field: "targets", Detail: "there is nothing to look at", Hint: "name addresses, CIDRs or names, or a file of them with --targets-file"}
}

func badFile(flag, name string, err error) error {
	return &engine.Error{Kind: engine.Invalid, Title: "File cannot be used", Field: flag, Detail: fmt.Sprintf("%s: %v", name, err), Hint: "check the path", Err: err}
}
