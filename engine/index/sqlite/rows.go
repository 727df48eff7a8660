package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
)

// view runs fn on the readers of the file. Each statement sees the index as it
// is then; no transaction spans two, because a long one would keep the log from
// being emptied.
func (ix *scanIndex) view(ctx context.Context, fn func(querier) error) error {
	return ix.use(ctx, func(f *file) error {
		return explain(f.path, fn(f.reader))
	})
}

// snapshot runs fn in a short transaction that only reads, so that its statements
// see the same index.
func (ix *scanIndex) snapshot(ctx context.Context, fn func(*file, *view) error) error {
	return ix.use(ctx, func(f *file) error {
		tx, err := f.reader.BeginTx(ctx, nil)
		if err != nil {
			return explain(f.path, fmt.Errorf("begin: %w", err))
		}
		defer func() { _ = tx.Rollback() }()
		t, err := openTerms(ctx, tx)
		if err != nil {
			return explain(f.path, err)
		}
		return explain(f.path, fn(f, &view{tx, t}))
	})
}

// update runs fn in a transaction that excludes every other writer.
func (ix *scanIndex) update(ctx context.Context, fn func(*sql.Tx) error) error {
	return ix.use(ctx, func(f *file) error { return f.update(ctx, fn) })
}

// collect gives what scan makes of each row.
func collect[T any](ctx context.Context, q querier, scan func(*sql.Rows) (T, error), statement string, args ...any) (all []T, err error) {
	rows, err := q.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, fmt.Errorf("read index: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read index: %w", err)
	}
	return all, nil
}

// list binds a list of any length to one parameter, for
// "IN (SELECT value FROM json_each(?))".
func list[T any](values []T) (string, error) {
	if len(values) == 0 {
		return "[]", nil
	}
	text, err := json.Marshal(values)
	return string(text), err
}
