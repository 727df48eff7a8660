package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// transaction holds its context because it lives no longer than one call of
// View or Update, whose context it is.
type transaction struct {
	ctx      context.Context
	database *database
	tx       *sql.Tx
	readOnly bool
}

var _ store.Tx = (*transaction)(nil)

// errReadOnly is a mistake in a program, not something a user can cause.
var errReadOnly = errors.New("a view cannot write")

func (d *database) View(ctx context.Context, fn func(store.Tx) error) error {
	return d.run(ctx, d.readers, &sql.TxOptions{ReadOnly: true}, func(t *transaction) error {
		return fn(t)
	})
}

func (d *database) Update(ctx context.Context, fn func(store.Tx) error) error {
	return d.run(ctx, d.writer, nil, func(t *transaction) error {
		if err := fn(t); err != nil {
			return err
		}
		if err := d.stillThere(); err != nil {
			return err
		}
		return d.explain(ctx, "commit", t.tx.Commit())
	})
}

// run begins a transaction, which ends with a rollback unless fn has committed
// it: also when fn panics. The format is looked at each time, because a newer
// program may have changed it under a process that has the file open.
func (d *database) run(ctx context.Context, pool *sql.DB, options *sql.TxOptions, fn func(*transaction) error) error {
	tx, err := pool.BeginTx(ctx, options)
	if err != nil {
		return d.explain(ctx, "begin transaction", err)
	}
	defer func() { _ = tx.Rollback() }() // after Commit it has nothing to do
	t := &transaction{ctx: ctx, database: d, tx: tx, readOnly: options != nil && options.ReadOnly}
	if err := t.checkFormat(); err != nil {
		return err
	}
	return fn(t)
}

func (t *transaction) checkFormat() error {
	var version int
	err := t.tx.QueryRowContext(t.ctx, "PRAGMA user_version").Scan(&version)
	switch {
	case err != nil:
		return t.explain("read format", err)
	case version > t.database.latest:
		return newerFormat(t.database.path, version, t.database.latest)
	case version < t.database.latest:
		return foreignFile(t.database.path, fmt.Errorf("the format is now %d, was %d", version, t.database.latest))
	}
	return nil
}

func (t *transaction) explain(doing string, err error) error {
	return t.database.explain(t.ctx, doing, err)
}

// exec runs one statement that writes.
func (t *transaction) exec(doing, query string, args ...any) (sql.Result, error) {
	if t.readOnly {
		return nil, fmt.Errorf("%s: %w", doing, errReadOnly)
	}
	result, err := t.tx.ExecContext(t.ctx, query, args...)
	if err != nil {
		return nil, t.explain(doing, err)
	}
	return result, nil
}

// insert runs an INSERT and gives the id of the new row.
func (t *transaction) insert(doing, query string, args ...any) (int64, error) {
	result, err := t.exec(doing, query, args...)
	if err != nil {
		return 0, err
	}
	id, err := result.LastInsertId()
	return id, t.explain(doing, err)
}

// change runs a statement about one row; absent is the error if there is none.
func (t *transaction) change(doing string, absent error, query string, args ...any) error {
	result, err := t.exec(doing, query, args...)
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err != nil {
		return t.explain(doing, err)
	}
	if n == 0 {
		return absent
	}
	return nil
}

// each runs a query and hands every row to take.
func (t *transaction) each(doing string, take func(row) error, query string, args ...any) (err error) {
	rows, err := t.tx.QueryContext(t.ctx, query, args...)
	if err != nil {
		return t.explain(doing, err)
	}
	defer func() { err = t.explain(doing, errors.Join(err, rows.Close())) }()
	for rows.Next() {
		if err := take(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// one runs a query for one row; absent is the error if there is none, nil for a
// query that always gives one.
func (t *transaction) one(doing string, absent error, take func(row) error, query string, args ...any) error {
	err := take(t.tx.QueryRowContext(t.ctx, query, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return absent
	}
	return t.explain(doing, err)
}

func notFound(what string, id int64) error {
	return &engine.Error{Kind: engine.NotFound, Title: what + " not found", Detail: fmt.Sprintf("there is no %s %d", what, id)}
}
