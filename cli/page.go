package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/spf13/pflag"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	pages "github.com/portolan-io/terraform-provider-portolan/engine/report"
)

// pageFlags say which reports are written, and where to.
type pageFlags struct {
	formats  []string // NAME, or NAME=FILE
	output   string   // where a NAME without a file goes
	location string
	category string

	declared pages.Declared
}

// page is one report: a format, and the file it goes to, "" for standard output.
type page struct{ format, file string }

func addPageFlags(flags *pflag.FlagSet) *pageFlags {
	p := &pageFlags{}
	flags.StringArrayVar(&p.formats, "format", pages.Formats()[:1], "one of "+strings.Join(pages.Formats(), ", ")+"; NAME=FILE writes to a file, and may be given several times")
	flags.StringVarP(&p.output, "output", "o", "", "file to write to instead of standard output")
	flags.StringVar(&p.location, "declared", "", "FILE:LINE of the repository that declares the targets, for sarif")
	flags.StringVar(&p.category, "category", "portolan", "tells several sarif reports of one commit apart")
	return p
}

// pages gives what is to be written, files first: a report on a terminal that is cut
// off by a full disk would be said to be whole.
func (p *pageFlags) pages() []page {
	var list []page
	for _, text := range p.formats {
		format, file, _ := strings.Cut(text, "=")
		if file == "" {
			file = p.output
		}
		if file == standardStream {
			file = ""
		}
		list = append(list, page{format, file})
	}
	slices.SortStableFunc(list, func(a, b page) int { return strings.Compare(b.file, a.file) })
	return list
}

func (p *pageFlags) validate() error {
	seen := map[string]string{}
	for _, one := range p.pages() {
		if err := pages.Write(io.Discard, one.format, pages.Report{}); err != nil {
			return err
		}
		if other, ok := seen[one.file]; ok {
			return samePlace(other, one)
		}
		seen[one.file] = one.format
	}
	if p.location == "" {
		return nil
	}
	file, digits, _ := strings.Cut(p.location, ":")
	line, err := strconv.Atoi(digits)
	if err != nil || line < 1 || file == "" {
		return &engine.Error{Kind: engine.Invalid, Title: "Location is not valid", Field: "--declared", Detail: fmt.Sprintf("%q is not a file and a line of it", p.location), Hint: "write it as in main.tf:12"}
	}
	p.declared = pages.Declared{File: file, Line: line}
	return nil
}

func samePlace(other string, one page) error {
	where := one.file
	if where == "" {
		where = "standard output"
	}
	return &engine.Error{
		Kind: engine.Invalid, Title: "Formats are not valid", Field: "--format",
		Detail: fmt.Sprintf("%s and %s would both be written to %s", other, one.format, where),
		Hint:   "give each a file of its own: --format " + one.format + "=report." + one.format,
	}
}

// terminal says what the reader's terminal can show. A file has no colours.
func (p *pageFlags) terminal(t Terminal) pages.Terminal {
	width, color := terminalWidth(t.Out)
	return pages.Terminal{Width: width, Color: color && t.Getenv("NO_COLOR") == ""}
}

// write writes every report, and how the run ended where no report on standard output
// says so.
func (p *pageFlags) write(t Terminal, full pages.Report) error {
	isTold := false
	for _, one := range p.pages() {
		if err := one.write(t.Out, full); err != nil {
			return err
		}
		isTold = isTold || one.file == ""
	}
	if !isTold {
		_, _ = fmt.Fprintf(t.Err, "portolan: %s\n", pages.Conclusion(full))
	}
	return nil
}

func (p page) write(out io.Writer, full pages.Report) error {
	if p.file == "" {
		return pages.Write(out, p.format, full)
	}
	full.Terminal = pages.Terminal{}
	err := writeFile(p.file, modePrivate, func(w io.Writer) error {
		buffer := bufio.NewWriter(w)
		return errors.Join(pages.Write(buffer, p.format, full), buffer.Flush())
	})
	if err == nil {
		return nil
	}
	return &engine.Error{Kind: engine.Invalid, Title: "Report cannot be written", Field: "--output", Detail: fmt.Sprintf("%s: %v", p.file, err), Hint: "choose a file in a folder that exists and can be written", Err: err}
}

// printable gives text without what a terminal would obey.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsGraphic(r) {
			return r
		}
		return unicode.ReplacementChar
	}, text)
}
