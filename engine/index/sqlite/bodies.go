package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
)

// bodies reads documents by their ids. It remembers the last pack, because ids
// that follow each other are in one.
type bodies struct {
	first, last int64 // of the pack
	pack        [][]byte
}

// read gives the documents of ids, which are never erased: one that is not there is
// damage.
func (b *bodies) read(ctx context.Context, q querier, ids []int64) (map[int64][]byte, error) {
	found, err := loose(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	for _, id := range slices.Sorted(slices.Values(ids)) {
		if _, ok := found[id]; ok {
			continue
		}
		if found[id], err = b.packed(ctx, q, id); err != nil {
			return nil, fmt.Errorf("read document %d: %w", id, err)
		}
	}
	return found, nil
}

// loose gives those of ids that are in no pack, or have changed since.
func loose(ctx context.Context, q querier, ids []int64) (map[int64][]byte, error) {
	text, err := list(ids)
	if err != nil {
		return nil, fmt.Errorf("encode ids: %w", err)
	}
	rows, err := collect(ctx, q, scanLoose, "SELECT id, body FROM loose WHERE id IN (SELECT value FROM json_each(?))", text)
	if err != nil {
		return nil, err
	}
	found := make(map[int64][]byte, len(ids))
	for _, d := range rows {
		found[d.id] = d.body
	}
	return found, nil
}

// packed gives a document out of its pack.
func (b *bodies) packed(ctx context.Context, q querier, id int64) ([]byte, error) {
	if b.pack == nil || id < b.first || id > b.last {
		if err := b.load(ctx, q, id); err != nil {
			return nil, err
		}
	}
	if id < b.first {
		return nil, errDamaged
	}
	return b.pack[id-b.first], nil
}

// load reads the pack that has a document.
func (b *bodies) load(ctx context.Context, q querier, id int64) error {
	b.pack = nil
	var blob []byte
	err := q.QueryRowContext(ctx, "SELECT last, body FROM pack WHERE last >= ? ORDER BY last LIMIT 1", id).Scan(&b.last, &blob)
	if errors.Is(err, sql.ErrNoRows) {
		return errDamaged
	}
	if err != nil {
		return fmt.Errorf("read pack: %w", err)
	}
	b.pack, err = unpack(blob)
	b.first = b.last - int64(len(b.pack)) + 1
	return err
}
