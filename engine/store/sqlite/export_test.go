package sqlite

import (
	"context"
	"errors"
	"fmt"

	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// What the tests of this package see of its inside.
var (
	Migrations  = migrations
	UntilFree   = untilFree
	BusyTimeout = busyTimeout
)

// MigrationNames lists the files of [Migrations].
func MigrationNames() ([]string, error) {
	entries, err := migrationFiles.ReadDir("migrations")
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = entry.Name()
	}
	return names, err
}

// Migrate brings s to the last of steps, as a newer program would.
func Migrate(ctx context.Context, s store.Store, steps []string) error {
	d, ok := s.(*database)
	if !ok {
		return fmt.Errorf("%T is not a store of this package", s)
	}
	return d.migrate(ctx, steps)
}

// Explain is what the user of s sees of err.
func Explain(ctx context.Context, s store.Store, err error) error {
	d, ok := s.(*database)
	if !ok {
		return fmt.Errorf("%T is not a store of this package", s)
	}
	return d.explain(ctx, "test", err)
}

// Pragmas reads settings of the connections of s, as "name=value".
func Pragmas(ctx context.Context, s store.Store) ([]string, error) {
	d, ok := s.(*database)
	if !ok {
		return nil, fmt.Errorf("%T is not a store of this package", s)
	}
	var synchronous, keys, writerWait, readerWait, queryOnly int
	err := errors.Join(
		d.writer.QueryRowContext(ctx, "SELECT synchronous, foreign_keys, timeout FROM pragma_synchronous, pragma_foreign_keys, pragma_busy_timeout").Scan(&synchronous, &keys, &writerWait),
		d.readers.QueryRowContext(ctx, "SELECT query_only, timeout FROM pragma_query_only, pragma_busy_timeout").Scan(&queryOnly, &readerWait),
	)
	return []string{
		fmt.Sprintf("synchronous=%d", synchronous), fmt.Sprintf("foreign_keys=%d", keys), fmt.Sprintf("busy_timeout=%d", writerWait),
		fmt.Sprintf("reader query_only=%d", queryOnly), fmt.Sprintf("reader busy_timeout=%d", readerWait),
	}, err
}

// ForbidGrowth makes SQLite treat the disk under s as full.
func ForbidGrowth(ctx context.Context, s store.Store) error {
	d, ok := s.(*database)
	if !ok {
		return fmt.Errorf("%T is not a store of this package", s)
	}
	_, err := d.writer.ExecContext(ctx, "PRAGMA max_page_count = 1") // it is never below the present size
	return err
}
