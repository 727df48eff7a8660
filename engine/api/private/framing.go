package private

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"iter"

	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

// framing writes documents in one of the forms of a download.
type framing interface {
	contentType() string
	write(w io.Writer, documents iter.Seq2[json.RawMessage, error]) error
}

// formatOf reads which form a client wants.
func formatOf(body api.Arguments, fields selection) (framing, error) {
	format, err := body.Text("type")
	if err != nil {
		return nil, err
	}
	raw, err := body.Flag("raw")
	if err != nil {
		return nil, err
	}
	switch {
	case format == "csv":
		return newTable(fields), nil
	case format != "" && format != "json":
		return nil, invalid("type", fmt.Sprintf("type is %q, which this engine does not write", format), `leave it out, or write "json" or "csv"`)
	case raw:
		return lines{beforeEach: `{"data":`, afterEach: "}\n"}, nil
	}
	return lines{open: "[", between: ",\n", end: "]\n", beforeEach: `{"data":`, afterEach: "}"}, nil
}

// lines is JSON, with what stands around the documents.
type lines struct {
	open, between, end    string
	beforeEach, afterEach string
}

func (lines) contentType() string { return "application/json" }

func (l lines) write(w io.Writer, documents iter.Seq2[json.RawMessage, error]) error {
	if _, err := io.WriteString(w, l.open); err != nil {
		return err
	}
	separator := ""
	for data, err := range documents {
		if err != nil {
			return err
		}
		line := make([]byte, 0, len(data)+len(l.beforeEach)+len(separator)+len(l.afterEach))
		line = append(append(line, separator...), l.beforeEach...)
		line = append(append(line, oneLine(data)...), l.afterEach...)
		if _, err := w.Write(line); err != nil {
			return err
		}
		separator = l.between
	}
	_, err := io.WriteString(w, l.end)
	return err
}

// oneLine makes sure that a document takes up one line for every reader of lines.
func oneLine(data json.RawMessage) []byte {
	if bytes.ContainsAny(data, "\n\r") {
		var compact bytes.Buffer
		if err := json.Compact(&compact, data); err == nil {
			data = compact.Bytes()
		}
	}
	return api.EscapeLineBreaks(data)
}
