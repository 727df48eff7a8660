package private

import (
	"encoding/json"
	"errors"
	"fmt"
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
	format framing
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
	stream := call.Stream(wanted.format.contentType())
	defer func() { err = errors.Join(err, stream.Close()) }()
	return wanted.format.write(stream, remaining(first, some, next))
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
	if wanted.search.Offset, err = passedOver(body); err != nil {
		return wanted, err
	}
	wanted.format, err = formatOf(body, wanted.fields)
	return wanted, err
}

// passedOver is how many documents the client has already.
func passedOver(body api.Arguments) (int, error) {
	start, _, err := body.Int("start")
	if err != nil {
		return 0, err
	}
	if start < 0 || start > math.MaxInt32 {
		return 0, invalid("start", fmt.Sprintf("start is %d", start), "write how many documents you have, or leave it out")
	}
	return int(start), nil
}

// everything is the size of a download that names none.
const everything = math.MaxInt64

// admitDownload refuses what the caller's plan has no room for before anything is
// sent. Where no size is named it is as much as there is, and what the client has
// already counts too.
func (d *dialect) admitDownload(call *api.Call, from source, wanted download) error {
	plan, err := d.control.Plan(call.Caller)
	if err != nil || plan.Download == engine.Unlimited {
		return err
	}
	had := int64(wanted.search.Offset)
	size := min(wanted.size, everything-had) + had // the sum of any two has to stay a number
	if wanted.size == everything {
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

// documents yields the data of at most as many documents as are wanted. The search
// begins even when none are, so that the answer to a wrong index does not depend on size.
func documents(call *api.Call, from source, wanted download) iter.Seq2[json.RawMessage, error] {
	return func(yield func(json.RawMessage, error) bool) {
		left := wanted.size
		read := from.download
		if read == nil {
			read = from.search
		}
		for document, err := range read(call.Context(), call.Caller, wanted.search) {
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
