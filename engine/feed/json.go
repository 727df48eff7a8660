package feed

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// maxEntry is the largest entry of a file in bytes; NVD's largest are a few megabytes.
const maxEntry = 32 << 20

// entry is one member of "vulnerabilities", of NVD's files and of CISA's.
type entry struct {
	CVE       *nvdFlaw `json:"cve"`   // NVD
	CVEID     string   `json:"cveID"` // CISA
	DateAdded string   `json:"dateAdded"`
}

// head is what a JSON file says of itself.
type head struct {
	Format         string  `json:"format"`         // NVD: "NVD_CVE"
	CatalogVersion string  `json:"catalogVersion"` // CISA
	DateReleased   string  `json:"dateReleased"`   // CISA
	Count          *int    `json:"count"`          // CISA
	OldFormat      *string `json:"CVE_data_type"`  // NVD's format 1.1, which was given up in 2023
}

// jsonReader reads an object with a list "vulnerabilities" entry by entry.
type jsonReader struct {
	ctx       context.Context
	sink      Sink
	decoder   *json.Decoder
	source    *meteredReader
	head      head
	flaws     int
	catalogue Catalogue
	seenList  bool
}

// meteredReader fails when too much is read for one entry.
type meteredReader struct {
	io.Reader
	left int64
}

var errTooLarge = fmt.Errorf("an entry is larger than %d MB", maxEntry>>20)

func (m *meteredReader) Read(p []byte) (int, error) {
	if m.left <= 0 {
		return 0, errTooLarge
	}
	n, err := m.Reader.Read(p)
	m.left -= int64(n)
	return n, err
}

// readJSON reads NVD's JSON 2.0 or CISA's catalogue. The position in an error is that of
// the uncompressed text.
func readJSON(ctx context.Context, r io.Reader, sink Sink) error {
	j := &jsonReader{ctx: ctx, sink: sink, source: &meteredReader{r, maxEntry}}
	j.decoder = json.NewDecoder(j.source)
	err := j.object()
	if err == nil {
		err = j.finish()
	}
	// The decoder's own offsets leave out what lies between the entries, so the place is
	// where it last stood: before the entry that is wrong, or at its end.
	switch {
	case err == nil, errors.As(err, &passed{}):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		err = errors.New("the file ends here, in the middle")
	}
	return fmt.Errorf("after byte %d: %w", j.decoder.InputOffset(), err)
}

// passed is an error of the sink, which is not about the file.
type passed struct{ error }

// Unwrap gives what the sink said.
func (p passed) Unwrap() error { return p.error }

func (j *jsonReader) object() error {
	if err := j.expect('{'); err != nil {
		return err
	}
	for j.decoder.More() {
		key, err := j.decoder.Token()
		if err != nil {
			return err
		}
		if err := j.member(key); err != nil {
			return err
		}
		j.source.left = maxEntry
	}
	if err := j.expect('}'); err != nil {
		return err
	}
	if _, err := j.decoder.Token(); !errors.Is(err, io.EOF) {
		if err == nil {
			err = errors.New("there is more behind the end of the list")
		}
		return err
	}
	return nil
}

func (j *jsonReader) expect(delim json.Delim) error {
	token, err := j.decoder.Token()
	if err == nil && token != delim {
		err = fmt.Errorf("%q is expected here", delim.String())
	}
	return err
}

// member reads the value of one member of the file.
func (j *jsonReader) member(key json.Token) error {
	if key == "vulnerabilities" {
		return j.list()
	}
	var value json.RawMessage
	if err := j.decoder.Decode(&value); err != nil {
		return err
	}
	name, err := json.Marshal(key)
	if err != nil {
		return err
	}
	return json.Unmarshal(fmt.Appendf(nil, "{%s:%s}", name, value), &j.head)
}

func (j *jsonReader) list() error {
	j.seenList = true
	if err := j.expect('['); err != nil {
		return err
	}
	for n := 1; j.decoder.More(); n++ {
		j.source.left = maxEntry
		var e entry
		err := j.decoder.Decode(&e)
		if err == nil {
			err = j.take(&e)
		}
		if err != nil {
			return fmt.Errorf("entry %d: %w", n, err)
		}
	}
	return j.expect(']')
}

func (j *jsonReader) take(e *entry) error {
	if err := j.ctx.Err(); err != nil {
		return passed{err}
	}
	switch {
	case e.CVE != nil && len(j.catalogue.Entries) == 0:
		f, err := e.CVE.flaw()
		if err != nil {
			return err
		}
		j.flaws++
		return pass(j.sink.Flaw(f))
	case e.CVEID != "" && j.flaws == 0:
		return j.exploited(e)
	}
	return errors.New(`there is neither a "cve", as in NVD's files, nor a "cveID", as in CISA's`)
}

func pass(err error) error {
	if err == nil {
		return nil
	}
	return passed{err}
}

// maxCatalogue is the most entries of CISA's catalogue, which has some 1,500.
const maxCatalogue = 200_000

func (j *jsonReader) exploited(e *entry) error {
	id, err := ParseID(e.CVEID)
	if err != nil {
		return err
	}
	added, err := parseTime(e.DateAdded)
	if err != nil {
		return fmt.Errorf("%s: dateAdded: %w", id, err)
	}
	if len(j.catalogue.Entries) == maxCatalogue {
		return fmt.Errorf("there are more than %d entries", maxCatalogue)
	}
	j.catalogue.Entries = append(j.catalogue.Entries, Exploited{ID: id, Added: added.Format("2006-01-02")})
	return nil
}

// finish says whether the file was one of ours, and hands a catalogue over.
func (j *jsonReader) finish() error {
	switch {
	case j.head.OldFormat != nil:
		return errors.New("it is NVD's old format 1.1; get the one of version 2.0")
	case !j.seenList:
		return errors.New(`there is no list "vulnerabilities"`)
	case j.flaws > 0, len(j.catalogue.Entries) == 0 && j.head.Format == "NVD_CVE":
		return nil
	case len(j.catalogue.Entries) == 0:
		return errors.New("the list is empty")
	}
	return j.handOver()
}

func (j *jsonReader) handOver() (err error) {
	if j.catalogue.Released, err = parseTime(j.head.DateReleased); err != nil {
		return fmt.Errorf("dateReleased: %w", err)
	}
	if n := len(j.catalogue.Entries); j.head.Count != nil && *j.head.Count != n {
		return fmt.Errorf("there are %d entries and not %d as it says", n, *j.head.Count)
	}
	return pass(j.sink.Catalogue(j.catalogue))
}
