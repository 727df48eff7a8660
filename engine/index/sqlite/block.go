package sqlite

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// A block has some terms that follow each other, each with its postings:
//
//	bytes shared with the term before, bytes of its own (uvarints), these bytes, postings
//
// compressed with zstd, whose checksum tells when it is damaged.

const (
	// blockBytes ends a block: twice as many save 2 % of its size, and a single term
	// takes twice as long to read.
	blockBytes = 32 << 10
	// maxBlock is what a block may hold when it is read: much more than one term of
	// all documents of a segment.
	maxBlock = 1 << 28
)

var (
	blockCompressor = sync.OnceValues(func() (*zstd.Encoder, error) {
		return zstd.NewWriter(nil, zstd.WithEncoderConcurrency(2), zstd.WithEncoderCRC(true), zstd.WithEncoderLevel(zstd.SpeedFastest))
	})
	blockDecompressor = sync.OnceValues(func() (*zstd.Decoder, error) {
		return zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(maxBlock))
	})
)

// block is one that is written.
type block struct {
	first, last []byte // terms
	plain       []byte
}

// add takes a term, which is greater than those before.
func (b *block) add(term []byte, p *postings) {
	if len(b.plain) == 0 {
		b.first = append(b.first[:0], term...)
		b.last = b.last[:0]
	}
	shared := commonPrefix(b.last, term)
	b.plain = binary.AppendUvarint(b.plain, uint64(shared))
	b.plain = binary.AppendUvarint(b.plain, uint64(len(term)-shared))
	b.plain = append(b.plain, term[shared:]...)
	b.plain = appendPostings(b.plain, p)
	b.last = append(b.last[:0], term...)
}

func commonPrefix(a, b []byte) (n int) {
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// compressed gives the block as it is stored.
func (b *block) compressed() ([]byte, error) {
	c, err := blockCompressor()
	if err != nil {
		return nil, fmt.Errorf("compress terms: %w", err)
	}
	return c.EncodeAll(b.plain, nil), nil
}

// decompress gives what a stored block holds, in the memory of plain if it has room.
func decompress(stored, plain []byte) ([]byte, error) {
	d, err := blockDecompressor()
	if err != nil {
		return nil, fmt.Errorf("decompress terms: %w", err)
	}
	if plain, err = d.DecodeAll(stored, plain[:0]); err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	return plain, nil
}

// entries goes through what a block holds.
type entries struct {
	left []byte
	term []byte // valid until next
	list []byte // postings
}

// next goes to the next term; false at the end.
func (e *entries) next() (bool, error) {
	if len(e.left) == 0 {
		return false, nil
	}
	v := varints{b: e.left}
	shared, own := v.next(), v.next()
	if v.err != nil || shared > uint64(len(e.term)) || own > uint64(len(v.b)) {
		return false, errDamaged
	}
	e.term = append(e.term[:shared], v.b[:own]...)
	var err error
	e.list, e.left, err = cutPostings(v.b[own:])
	return err == nil, err
}

// seek goes to the first term that is not less than low; false if there is none.
func (e *entries) seek(low []byte) (bool, error) {
	for {
		if ok, err := e.next(); !ok || err != nil || bytes.Compare(e.term, low) >= 0 {
			return ok, err
		}
	}
}
