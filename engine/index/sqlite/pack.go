package sqlite

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// Documents of one scan resemble each other, so they are compressed together: 32
// in a pack take less than a quarter of their size, one alone more than half. A
// pack has the documents from the one behind the pack before it up to its own id:
//
//	count, length of each document (uvarints), the documents
//
// compressed with zstd. Documents that do not fill a pack yet, and those that have
// changed since they were packed, stand in the table loose, which is looked at
// first, each in a pack of its own: its checksum tells when it is damaged.

const (
	// packDocuments is how many documents a pack has: twice as many save 4 % more,
	// and reading a single one takes twice as long.
	packDocuments = 32
	// packBytes ends a pack earlier, so that reading one of several big pages does
	// not mean to read them all.
	packBytes = 128 << 10
	// maxPack is what a pack may hold when it is read: more than one document of
	// any size that a report can carry.
	maxPack = 1 << 30
)

var (
	compressor = sync.OnceValues(func() (*zstd.Encoder, error) {
		return zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(true))
	})
	decompressor = sync.OnceValues(func() (*zstd.Decoder, error) {
		return zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(maxPack))
	})
)

// packed is one document on its way into a pack.
type packed struct {
	id   int64
	body []byte
}

// pack compresses documents.
func pack(documents []packed) ([]byte, error) {
	plain := binary.AppendUvarint(nil, uint64(len(documents)))
	for _, d := range documents {
		plain = binary.AppendUvarint(plain, uint64(len(d.body)))
	}
	for _, d := range documents {
		plain = append(plain, d.body...)
	}
	c, err := compressor()
	if err != nil {
		return nil, fmt.Errorf("compress documents: %w", err)
	}
	return c.EncodeAll(plain, nil), nil
}

// unpack gives the documents of a pack.
func unpack(blob []byte) ([][]byte, error) {
	d, err := decompressor()
	if err != nil {
		return nil, fmt.Errorf("decompress documents: %w", err)
	}
	plain, err := d.DecodeAll(blob, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	count, size := binary.Uvarint(plain)
	if size <= 0 || count > uint64(len(plain)) {
		return nil, errDamaged
	}
	plain = plain[size:]
	lengths := make([]int, count)
	for i := range lengths {
		length, size := binary.Uvarint(plain)
		if size <= 0 || length > uint64(len(plain)) {
			return nil, errDamaged
		}
		lengths[i], plain = int(length), plain[size:]
	}
	return cut(plain, lengths)
}

func cut(plain []byte, lengths []int) ([][]byte, error) {
	documents := make([][]byte, len(lengths))
	for i, length := range lengths {
		if length > len(plain) {
			return nil, errDamaged
		}
		documents[i], plain = plain[:length:length], plain[length:]
	}
	return documents, nil
}

// packer puts new documents into packs within one transaction, and what does not
// fill one into the table loose.
type packer struct {
	waiting []packed // in the order of their ids, which follow each other
	bytes   int

	stored int // of waiting, how many stand in the table loose
}

// load takes up the documents that wait for their pack.
func (p *packer) load(ctx context.Context, tx *sql.Tx) (err error) {
	p.waiting, err = collect(ctx, tx, scanLoose, "SELECT id, body FROM loose WHERE id > (SELECT coalesce(max(last), 0) FROM pack) ORDER BY id")
	for _, d := range p.waiting {
		p.bytes += len(d.body)
	}
	p.stored = len(p.waiting)
	return err
}

func scanLoose(rows *sql.Rows) (d packed, err error) {
	var blob []byte
	if err := rows.Scan(&d.id, &blob); err != nil {
		return d, fmt.Errorf("read document: %w", err)
	}
	documents, err := unpack(blob)
	if err == nil && len(documents) != 1 {
		err = errDamaged
	}
	if err != nil {
		return d, fmt.Errorf("read document %d: %w", d.id, err)
	}
	d.body = documents[0]
	return d, nil
}

// add takes a new document, and writes a pack when there is enough for one.
func (p *packer) add(ctx context.Context, tx *sql.Tx, id int64, body []byte) error {
	p.waiting = append(p.waiting, packed{id, body})
	if p.bytes += len(body); len(p.waiting) < packDocuments && p.bytes < packBytes {
		return nil
	}
	return p.write(ctx, tx)
}

func (p *packer) write(ctx context.Context, tx *sql.Tx) error {
	blob, err := pack(p.waiting)
	if err != nil {
		return err
	}
	first, last := p.waiting[0].id, p.waiting[len(p.waiting)-1].id
	if _, err := tx.ExecContext(ctx, "INSERT INTO pack (last, body) VALUES (?, ?)", last, blob); err != nil {
		return fmt.Errorf("write pack: %w", err)
	}
	if p.stored > 0 {
		if _, err := tx.ExecContext(ctx, "DELETE FROM loose WHERE id BETWEEN ? AND ?", first, last); err != nil {
			return fmt.Errorf("write pack: %w", err)
		}
	}
	p.waiting, p.bytes, p.stored = nil, 0, 0
	return nil
}

// replace puts the new text of a document that was stored before.
func (p *packer) replace(ctx context.Context, tx *sql.Tx, id int64, body []byte) error {
	for i := range p.waiting {
		if p.waiting[i].id == id {
			p.waiting[i].body = body
			if i >= p.stored {
				return nil
			}
		}
	}
	return putLoose(ctx, tx, id, body)
}

// finish stores what still waits.
func (p *packer) finish(ctx context.Context, tx *sql.Tx) error {
	for _, d := range p.waiting[p.stored:] {
		if err := putLoose(ctx, tx, d.id, d.body); err != nil {
			return err
		}
	}
	return nil
}

func putLoose(ctx context.Context, tx *sql.Tx, id int64, body []byte) error {
	blob, err := pack([]packed{{id, body}})
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO loose (id, body) VALUES (?, ?)", id, blob); err != nil {
		return fmt.Errorf("store document: %w", err)
	}
	return nil
}
