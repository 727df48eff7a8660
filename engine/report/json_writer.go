package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// jsonWriter writes indented JSON part by part, so that a report of any length is
// never in memory as text. In it nothing is hidden or active: characters that a
// terminal or a build log would act on are escaped. The first error stays.
type jsonWriter struct {
	out   *bufio.Writer
	depth int
	later bool // something stands before in this object or list
	err   error
}

func newJSONWriter(w io.Writer) *jsonWriter { return &jsonWriter{out: bufio.NewWriterSize(w, 64<<10)} }

// open begins an object or a list; without a name it is an element of a list, or all there is.
func (j *jsonWriter) open(name string, bracket byte) {
	j.begin(name)
	j.write([]byte{bracket})
	j.depth++
	j.later = false
}

func (j *jsonWriter) close(bracket byte) {
	j.depth--
	if j.later {
		j.write([]byte("\n" + j.indent()))
	}
	j.write([]byte{bracket})
	j.later = true
}

// value writes one member of an object.
func (j *jsonWriter) value(name string, v any) {
	j.begin(name)
	j.encode(v)
}

// element writes one element of a list.
func (j *jsonWriter) element(v any) { j.value("", v) }

// end ends the text.
func (j *jsonWriter) end() error {
	j.write([]byte("\n"))
	if j.err == nil {
		j.err = j.out.Flush()
	}
	return j.err
}

func (j *jsonWriter) begin(name string) {
	if j.later {
		j.write([]byte(","))
	}
	if j.depth > 0 {
		j.write([]byte("\n" + j.indent()))
	}
	if name != "" {
		j.write([]byte(strconv.Quote(name) + ": "))
	}
	j.later = true
}

func (j *jsonWriter) indent() string { return strings.Repeat("  ", j.depth) }

func (j *jsonWriter) encode(v any) {
	data, err := json.MarshalIndent(v, j.indent(), "  ")
	if err != nil && j.err == nil {
		j.err = fmt.Errorf("encode: %w", err)
	}
	j.write(escapeInvisible(data))
}

func (j *jsonWriter) write(data []byte) {
	if j.err == nil {
		_, j.err = j.out.Write(data)
	}
}

// escapeInvisible relies on JSON having characters beyond ASCII, and "##[", within
// strings only.
func escapeInvisible(data []byte) []byte {
	if isPlain(data) {
		return data
	}
	out := make([]byte, 0, len(data)+len(data)/4)
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if size == 1 && r != 0x7F {
			out = append(out, data[i])
			i++
			continue
		}
		if !unicode.IsGraphic(r) {
			out = appendEscape(out, r)
		} else {
			out = append(out, data[i:i+size]...)
		}
		i += size
	}
	return bytes.ReplaceAll(out, []byte("##["), []byte(`#\u0023[`))
}

// isPlain reports whether nothing has to be escaped, as is the rule.
func isPlain(data []byte) bool {
	for _, b := range data {
		if b >= 0x7F {
			return false
		}
	}
	return !bytes.Contains(data, []byte("##["))
}

// appendEscape writes r as RFC 8259 section 7 has it: beyond the basic plane as a
// surrogate pair.
func appendEscape(out []byte, r rune) []byte {
	if r > 0xFFFF {
		r -= 0x10000
		return fmt.Appendf(out, `\u%04x\u%04x`, 0xD800+r>>10, 0xDC00+r&0x3FF)
	}
	return fmt.Appendf(out, `\u%04x`, r)
}
