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

// pageFlags say which pages are written, and where to.
type pageFlags struct {
	known    []string // formats there are
	formats  []string // NAME, or NAME=FILE
	output   string   // where a NAME without a file goes
	location string
	category string

	declared pages.Declared
}

// pageFile is one page: a format, and the file it goes to, "" for standard output.
type pageFile struct{ format, file string }

// addPages are the flags of whatever writes pages; the first format is the default.
func addPages(flags *pflag.FlagSet, known []string) *pageFlags {
	p := &pageFlags{known: known}
	flags.StringArrayVar(&p.formats, "format", known[:1], "one of "+strings.Join(known, ", ")+"; NAME=FILE writes to a file, and may be given several times")
	flags.StringVarP(&p.output, "output", "o", "", "file to write to instead of standard output")
	return p
}

// addPageFlags are those of reports.
func addPageFlags(flags *pflag.FlagSet) *pageFlags {
	p := addPages(flags, pages.Formats())
	flags.StringVar(&p.location, "declared", "", "FILE:LINE of the repository that declares the targets, for sarif")
	flags.StringVar(&p.category, "category", "portolan", "tells several sarif reports of one commit apart")
	return p
}

// pages gives what is to be written, files first: a report on a terminal that is cut
// off by a full disk would be said to be whole.
func (p *pageFlags) pages() []pageFile {
	var list []pageFile
	for _, text := range p.formats {
		format, file, _ := strings.Cut(text, "=")
		if file == "" {
			file = p.output
		}
		if file == standardStream {
			file = ""
		}
		list = append(list, pageFile{format, file})
	}
	slices.SortStableFunc(list, func(a, b pageFile) int { return strings.Compare(b.file, a.file) })
	return list
}

func (p *pageFlags) validate() error {
	seen := map[string]string{}
	for _, one := range p.pages() {
		if !slices.Contains(p.known, one.format) {
			return unknownFormat(one.format, p.known)
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

func unknownFormat(format string, known []string) error {
	return &engine.Error{
		Kind: engine.Invalid, Title: "Format is not valid", Field: "--format", Detail: fmt.Sprintf("%q is not a format of this command", format),
		Hint: engine.Meant(format, known, "write one of "+strings.Join(known, ", ")),
	}
}

func samePlace(other string, one pageFile) error {
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

// write writes every report, and how the run ended where no report on standard output
// says so.
func (p *pageFlags) write(t Terminal, full pages.Report) error {
	isTold := false
	for _, one := range p.pages() {
		if full.Terminal = (pages.Terminal{}); one.file == "" {
			full.Terminal, isTold = terminalOf(t), true
		}
		if err := one.write(t.Out, func(w io.Writer) error { return pages.Write(w, one.format, full) }); err != nil {
			return err
		}
	}
	if !isTold {
		_, _ = fmt.Fprintf(t.Err, "portolan: %s\n", pages.Conclusion(full))
	}
	return nil
}

// writeDiff writes what changed between two scans.
func (p *pageFlags) writeDiff(t Terminal, changed engine.Diff) error {
	for _, one := range p.pages() {
		var terminal pages.Terminal
		if one.file == "" {
			terminal = terminalOf(t)
		}
		if err := one.write(t.Out, func(w io.Writer) error { return pages.WriteDiff(w, one.format, changed, terminal) }); err != nil {
			return err
		}
	}
	return nil
}

// terminalOf says what the reader's terminal can show.
func terminalOf(t Terminal) pages.Terminal {
	width, color := terminalWidth(t.Out)
	return pages.Terminal{Width: width, Color: color && t.Getenv("NO_COLOR") == ""}
}

// write writes one page to its file, or to out.
func (p pageFile) write(out io.Writer, content func(io.Writer) error) error {
	if p.file == "" {
		return content(out)
	}
	err := writeFile(p.file, modePrivate, func(w io.Writer) error {
		buffer := bufio.NewWriter(w)
		return errors.Join(content(buffer), buffer.Flush())
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
