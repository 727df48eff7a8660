package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
)

// writeJSON answers with v. Once the status is out a failed write has nobody left
// to be told to: the client has gone.
func writeJSON(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		panic("api: answer cannot be encoded: " + err.Error()) // our own types; becomes a 500
	}
	body = append(EscapeLineBreaks(body), '\n')
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// EscapeLineBreaks writes the line breaks that JSON allows in its strings and other
// readers of lines do not (U+2028, U+2029, U+0085) as escapes. document is JSON in
// UTF-8 and is not changed.
func EscapeLineBreaks(document []byte) []byte {
	if bytes.Contains(document, []byte("\u0085")) {
		document = bytes.ReplaceAll(document, []byte("\u0085"), []byte(`\u0085`))
	}
	if !bytes.Contains(document, []byte("\xe2\x80")) {
		return document
	}
	document = bytes.ReplaceAll(document, []byte("\u2028"), []byte(`\u2028`))
	return bytes.ReplaceAll(document, []byte("\u2029"), []byte(`\u2029`))
}

// answerWriter remembers whether an answer has begun.
type answerWriter struct {
	http.ResponseWriter
	started bool
}

func (w *answerWriter) WriteHeader(status int) {
	w.started = true
	w.ResponseWriter.WriteHeader(status)
}

func (w *answerWriter) Write(p []byte) (int, error) {
	w.started = true
	return w.ResponseWriter.Write(p)
}

// Unwrap is for [http.ResponseController].
func (w *answerWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func started(w http.ResponseWriter) bool {
	a, ok := w.(*answerWriter)
	return ok && a.started
}
