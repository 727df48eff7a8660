package feed

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// maxUnpacked is how much a file may hold when it is unpacked, in bytes: several times
// what all of NVD is.
const maxUnpacked = 64 << 30

// File is a file to read.
type File struct {
	Path string
	// SHA256 is what the file must have, or what is in it when it is compressed, in hex;
	// "" does not check. NVD publishes that of the uncompressed text.
	SHA256 string
	// Progress is told how many bytes of the file, of how many, are read; may be nil.
	Progress func(read, size int64)
}

// ReadFile reads a file of any list there is, plain, in gzip or in a zip, told apart by
// what is in it, and hands what it says to sink entry by entry. An error of the sink is
// returned as it is; any other names the file and the place in it, and then what the
// sink was handed is not to be kept.
func ReadFile(ctx context.Context, f File, sink Sink) error {
	if err := readFile(ctx, f, sink); err != nil {
		return explain(f.Path, err)
	}
	return nil
}

func readFile(ctx context.Context, f File, sink Sink) error {
	file, err := os.Open(f.Path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // it was only read
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errors.New("it is not a regular file")
	}
	sums, err := newSums(f.SHA256, file)
	if err != nil {
		return err
	}
	if err := read(ctx, &progressReader{file: file, size: info.Size(), tell: f.Progress}, sums, sink); err != nil {
		return err
	}
	return sums.check()
}

// sums knows the checksums a file may have.
type sums struct {
	want, whole string
	content     hash.Hash // of what is in it
}

// newSums reads the file once for its checksum, if there is one to check.
func newSums(want string, file io.ReadSeeker) (*sums, error) {
	s := &sums{want: strings.ToLower(strings.TrimSpace(want))}
	if s.want == "" {
		return s, nil
	}
	if raw, err := hex.DecodeString(s.want); err != nil || len(raw) != sha256.Size {
		return nil, errors.New("the checksum to compare with is not 64 hex digits")
	}
	whole := sha256.New()
	if _, err := io.Copy(whole, file); err != nil {
		return nil, err
	}
	s.whole, s.content = hex.EncodeToString(whole.Sum(nil)), sha256.New()
	_, err := file.Seek(0, io.SeekStart)
	return s, err
}

func (s *sums) reader(r io.Reader) io.Reader {
	if s.content == nil {
		return r
	}
	return io.TeeReader(r, s.content)
}

func (s *sums) check() error {
	if s.want == "" || s.want == s.whole || s.want == hex.EncodeToString(s.content.Sum(nil)) {
		return nil
	}
	return fmt.Errorf("its SHA-256 is %s and not %s", s.whole, s.want)
}

// progressReader tells how far a file is read.
type progressReader struct {
	file *os.File
	size int64
	read int64
	tell func(read, size int64)
}

// Read implements [io.Reader].
func (p *progressReader) Read(b []byte) (int, error) {
	n, err := p.file.Read(b)
	p.advance(n)
	return n, err
}

// ReadAt implements [io.ReaderAt], by which zip files are read.
func (p *progressReader) ReadAt(b []byte, off int64) (int, error) {
	n, err := p.file.ReadAt(b, off)
	p.advance(n)
	return n, err
}

func (p *progressReader) advance(n int) {
	p.read += int64(n)
	if p.tell != nil {
		p.tell(min(p.read, p.size), p.size)
	}
}

// read unpacks what is packed.
func read(ctx context.Context, file *progressReader, sums *sums, sink Sink) error {
	in := bufio.NewReaderSize(file, 1<<16)
	begin, _ := in.Peek(4) // a shorter file is none of these
	switch {
	case bytes.HasPrefix(begin, []byte{0x1f, 0x8b}):
		unpacked, err := gzip.NewReader(in)
		if err != nil {
			return fmt.Errorf("gzip: %w", err)
		}
		return readText(ctx, sums.reader(unpacked), sink)
	case bytes.HasPrefix(begin, []byte("PK\x03\x04")):
		return readZip(ctx, file, sums, sink)
	}
	return readText(ctx, sums.reader(in), sink)
}

func readZip(ctx context.Context, file *progressReader, sums *sums, sink Sink) error {
	archive, err := zip.NewReader(file, file.size)
	if err != nil {
		return fmt.Errorf("zip: %w", err)
	}
	found := false
	for _, member := range archive.File {
		if member.FileInfo().IsDir() {
			continue
		}
		found = true
		if err := readMember(ctx, member, sums, sink); err != nil {
			return fmt.Errorf("%q in it: %w", member.Name, err)
		}
	}
	if !found {
		return errors.New("the zip file is empty")
	}
	return nil
}

func readMember(ctx context.Context, member *zip.File, sums *sums, sink Sink) error {
	unpacked, err := member.Open()
	if err != nil {
		return fmt.Errorf("zip: %w", err)
	}
	defer unpacked.Close()
	return readText(ctx, sums.reader(unpacked), sink)
}

// readText reads a list that is not packed any more.
func readText(ctx context.Context, r io.Reader, sink Sink) error {
	in := bufio.NewReaderSize(io.LimitReader(r, maxUnpacked), 1<<16)
	if mark, _ := in.Peek(3); bytes.Equal(mark, []byte("\ufeff")) {
		_, _ = in.Discard(len(mark)) // it was just read
	}
	begin, err := in.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	text := strings.TrimSpace(string(begin))
	switch {
	case strings.HasPrefix(text, epssMark):
		return readScores(ctx, in, sink)
	case strings.HasPrefix(text, "{"):
		return readJSON(ctx, in, sink)
	case text == "":
		return errors.New("the file is empty")
	case strings.HasPrefix(text, "<"):
		return errors.New("it is a web page or XML, as servers send when there is no such file")
	}
	return errors.New("it begins neither as JSON of NVD or CISA nor as CSV of EPSS")
}

// explain says which file an error is about.
func explain(path string, err error) error {
	var sinks passed
	switch {
	case errors.As(err, &sinks):
		return sinks.error
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	}
	return &engine.Error{
		Kind: engine.Invalid, Title: "Feed file is not valid", Field: path, Detail: fmt.Sprintf("%s: %v", path, err), Err: err,
		Hint: "get it again; files that are read are NVD's JSON 2.0, CISA's known_exploited_vulnerabilities.json and the CSV of EPSS, plain, .gz or .zip. Nothing was changed",
	}
}
