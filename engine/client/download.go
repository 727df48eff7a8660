package client

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

const (
	// maxLine is the largest document in bytes, with much to spare: the longest part
	// of one is 100 KB of a page's body.
	maxLine = 16 << 20
	// silence is how long a download may stand still.
	silence = 2 * time.Minute
)

// DownloadRequest says which documents to fetch.
type DownloadRequest struct {
	Query      string          // "*" is everything
	Indices    []engine.ScanID // empty: all the key's owner may read, the newest document of each URI
	Fields     []string        // dotted paths, each a whole subtree; empty: everything
	SourceType string          // "include" (the default) or "exclude" Fields
	Size       int             // at most so many; 0 is all
}

// downloadBody is the request on the wire.
type downloadBody struct {
	Query      string          `json:"q"`
	Indices    []engine.ScanID `json:"indices,omitempty"`
	Fields     []string        `json:"fields,omitempty"`
	SourceType string          `json:"source_type,omitempty"`
	Size       int             `json:"size,omitempty"`
	Raw        bool            `json:"raw"`
}

// Download yields documents as they arrive, newest first. It ends with an error if
// the last of them has not arrived.
func (c *Client) Download(ctx context.Context, r DownloadRequest) iter.Seq2[json.RawMessage, error] {
	return func(yield func(json.RawMessage, error) bool) {
		streaming, stop := context.WithCancel(ctx)
		defer stop()
		body := downloadBody{Query: r.Query, Indices: r.Indices, Fields: r.Fields, SourceType: r.SourceType, Size: r.Size, Raw: true}
		response, err := c.send(streaming, request{method: http.MethodPost, path: "/api/responses/download/", body: body, safe: true, long: true})
		if err != nil {
			yield(nil, interruptedOr(ctx, err))
			return
		}
		defer response.Body.Close()
		watched := newWatchedReader(response.Body, silence, stop)
		defer watched.stop()
		for document, err := range c.lines(watched) {
			if err != nil {
				err = interruptedOr(ctx, err)
			}
			if !yield(document, err) {
				return
			}
		}
	}
}

// lines yields the document in each line.
func (c *Client) lines(r io.Reader) iter.Seq2[json.RawMessage, error] {
	return func(yield func(json.RawMessage, error) bool) {
		lines := bufio.NewReaderSize(r, 64<<10)
		for {
			line, err := readLine(lines)
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(nil, c.brokenOff(err))
				return
			}
			if line = bytes.TrimSpace(line); len(line) == 0 {
				continue // sent to keep the connection alive
			}
			var one item
			if err := json.Unmarshal(line, &one); err != nil || one.Data == nil {
				yield(nil, c.notAnEngine("a line of the download is no document", err))
				return
			}
			if !yield(one.Data, nil) {
				return
			}
		}
	}
}

var errLongLine = fmt.Errorf("a document is larger than %d MB", maxLine>>20)

// readLine reads up to the next line break, at most [maxLine]. A line without one is
// not whole: [io.ErrUnexpectedEOF]. After the last line it gives [io.EOF].
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case err == nil:
			return line, nil
		case len(line) > maxLine:
			return nil, errLongLine
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && len(line) > 0:
			return nil, io.ErrUnexpectedEOF
		default:
			return nil, err
		}
	}
}

func (c *Client) brokenOff(err error) error {
	return &engine.Error{
		Kind: engine.Internal, Title: "Download broke off", Field: "endpoint", Err: err,
		Detail: fmt.Sprintf("%s: the download ended before its last document: %v", c.base, err), Hint: "download again; the engine's log may say why",
	}
}

// watchedReader ends the connection when nothing has come for too long.
type watchedReader struct {
	r       io.Reader
	silence time.Duration
	timer   *time.Timer
}

func newWatchedReader(r io.Reader, silence time.Duration, end func()) *watchedReader {
	return &watchedReader{r: r, silence: silence, timer: time.AfterFunc(silence, end)}
}

// Read implements [io.Reader]. Only waiting counts, not what the caller does between reads.
func (w *watchedReader) Read(p []byte) (int, error) {
	w.timer.Reset(w.silence)
	n, err := w.r.Read(p)
	w.timer.Stop()
	return n, err
}

func (w *watchedReader) stop() { w.timer.Stop() }
