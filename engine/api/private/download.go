package private

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
)

// download is what a client wants to have.
type download struct {
	search control.Search
	fields selection
	size   int64
	raw    bool
}

// downloadFrom streams the documents of a collection.
func (d *dialect) downloadFrom(from source) api.Handler {
	return func(call *api.Call) error { return d.download(call, from) }
}

// download streams documents. An error before the first of them is an ordinary
// answer; later it cuts the stream off.
func (d *dialect) download(call *api.Call, from source) (err error) {
	body, err := call.Body()
	if err != nil {
		return err
	}
	wanted, err := downloadOf(body)
	if err != nil {
		return err
	}
	if err := d.admitDownload(call, from, wanted); err != nil {
		return err
	}
	next, stop := iter.Pull2(documents(call, from, wanted))
	defer stop()
	first, err, some := next()
	if err != nil {
		return err
	}
	stream := call.Stream("application/json")
	defer func() { err = errors.Join(err, stream.Close()) }()
	return framingOf(wanted.raw).write(stream, remaining(first, some, next))
}

func downloadOf(body api.Arguments) (wanted download, err error) {
	if wanted.search, err = searchOf(body); err != nil {
		return wanted, err
	}
	if wanted.fields, err = selectionOf(body); err != nil {
		return wanted, err
	}
	if wanted.size, err = sizeOf(body); err != nil {
		return wanted, err
	}
	if err := jsonOnly(body); err != nil {
		return wanted, err
	}
	wanted.raw, err = body.Flag("raw")
	return wanted, err
}

// everything is the size of a download that names none.
const everything = math.MaxInt64

// admitDownload refuses what the caller's plan has no room for before anything is
// sent. Where no size is named it is as much as there is.
func (d *dialect) admitDownload(call *api.Call, from source, wanted download) error {
	plan, err := d.control.Plan(call.Caller)
	if err != nil || plan.Download == engine.Unlimited {
		return err
	}
	size := wanted.size
	if size == everything {
		count, err := from.total(call, wanted.search)
		if err != nil {
			return err
		}
		size = int64(count)
	}
	return plan.AdmitDownload(size)
}

func sizeOf(body api.Arguments) (int64, error) {
	size, given, err := body.Int("size")
	switch {
	case err != nil:
		return 0, err
	case !given:
		return everything, nil
	case size < 0:
		return 0, invalid("size", fmt.Sprintf("size is %d", size), "leave it out to download everything")
	}
	return size, nil
}

func jsonOnly(body api.Arguments) error {
	format, err := body.Text("type")
	if err != nil {
		return err
	}
	if format != "" && format != "json" {
		return invalid("type", fmt.Sprintf("type is %q, which this engine does not write", format), `leave it out, or write "json"`)
	}
	return nil
}

// documents yields the data of at most as many documents as are wanted. The search
// begins even when none are, so that the answer to a wrong index does not depend on size.
func documents(call *api.Call, from source, wanted download) iter.Seq2[json.RawMessage, error] {
	return func(yield func(json.RawMessage, error) bool) {
		left := wanted.size
		for document, err := range from.search(call.Context(), call.Caller, wanted.search) {
			if err != nil {
				yield(nil, err)
				return
			}
			if left == 0 {
				return
			}
			data, err := wanted.fields.apply(document.Data)
			if left--; !yield(data, err) || err != nil || left == 0 {
				return
			}
		}
	}
}

// remaining yields the first document, if there is one, and those after it.
func remaining(first json.RawMessage, some bool, next func() (json.RawMessage, error, bool)) iter.Seq2[json.RawMessage, error] {
	return func(yield func(json.RawMessage, error) bool) {
		for data, err, ok := first, error(nil), some; ok; data, err, ok = next() {
			if !yield(data, err) {
				return
			}
		}
	}
}

// framing is what stands around the documents.
type framing struct {
	open, between, end    string
	beforeEach, afterEach string
}

func framingOf(raw bool) framing {
	if raw {
		return framing{beforeEach: `{"data":`, afterEach: "}\n"}
	}
	return framing{open: "[", between: ",\n", end: "]\n", beforeEach: `{"data":`, afterEach: "}"}
}

func (f framing) write(w io.Writer, documents iter.Seq2[json.RawMessage, error]) error {
	if _, err := io.WriteString(w, f.open); err != nil {
		return err
	}
	separator := ""
	for data, err := range documents {
		if err != nil {
			return err
		}
		line := make([]byte, 0, len(data)+len(f.beforeEach)+len(separator)+len(f.afterEach))
		line = append(append(line, separator...), f.beforeEach...)
		line = append(append(line, oneLine(data)...), f.afterEach...)
		if _, err := w.Write(line); err != nil {
			return err
		}
		separator = f.between
	}
	_, err := io.WriteString(w, f.end)
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
