package cli

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/pflag"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// flushEvery is how long a line may stay in the buffer while others come, so that
// who reads a pipe sees them in time.
const flushEvery = 100 * time.Millisecond

// outputFlags say where the lines of a stage go.
type outputFlags struct {
	format, name string
}

func addOutputFlags(flags *pflag.FlagSet) *outputFlags {
	o := &outputFlags{}
	flags.StringVar(&o.format, "format", "jsonl", "jsonl: one JSON object a line")
	flags.StringVarP(&o.name, "output", "o", standardStream, "file to write; - is standard output")
	return o
}

func (o *outputFlags) validate() error {
	if o.format == "jsonl" {
		return nil
	}
	return &engine.Error{Kind: engine.Invalid, Title: "Format is not valid", Field: "--format", Detail: fmt.Sprintf("%q is not a format of this command", o.format), Hint: "write jsonl"}
}

// errOutput says that lines were lost.
var errOutput = errors.New("write output")

// output is where lines go. One goroutine uses it.
type output struct {
	file     io.WriteCloser
	buffer   *bufio.Writer
	next     time.Time
	isBroken bool // a write has failed, which was told
}

// open makes the file, or goes on at its end when an earlier run is resumed.
func (o *outputFlags) open(t Terminal, resumed bool) (*output, error) {
	if o.name == standardStream {
		return &output{file: unclosed{t.Out}, buffer: bufio.NewWriter(t.Out)}, nil
	}
	mode := os.O_CREATE | os.O_WRONLY | os.O_TRUNC
	if resumed {
		mode = os.O_CREATE | os.O_WRONLY | os.O_APPEND
	}
	file, err := os.OpenFile(o.name, mode, 0o644)
	if err != nil {
		return nil, badFile("--output", o.name, err)
	}
	return &output{file: file, buffer: bufio.NewWriter(file)}, nil
}

// put writes one line. What a scanned host has said cannot steer a terminal: see visible.
func (o *output) put(object any) error {
	line, err := json.Marshal(object)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(o.buffer, visible(line)); err != nil {
		return o.broken(err)
	}
	if now := time.Now(); now.After(o.next) {
		o.next = now.Add(flushEvery)
		return o.flush()
	}
	return nil
}

func (o *output) flush() error {
	if err := o.buffer.Flush(); err != nil {
		return o.broken(err)
	}
	return nil
}

func (o *output) broken(err error) error {
	o.isBroken = true
	return fmt.Errorf("%w: %w", errOutput, err)
}

// close writes what is left, unless a write has failed before.
func (o *output) close() error {
	var flushed error
	if !o.isBroken {
		flushed = o.flush()
	}
	if err := o.file.Close(); err != nil {
		return errors.Join(flushed, o.broken(err))
	}
	return flushed
}

// unclosed is a stream that others go on to use.
type unclosed struct{ io.Writer }

var _ io.WriteCloser = unclosed{}

// Close implements [io.Closer] and does nothing.
func (unclosed) Close() error { return nil }
