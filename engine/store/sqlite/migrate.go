package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
)

// applicationID marks a file as ours ("PTLN"), see SQLite's PRAGMA application_id.
const applicationID = 0x50544C4E

// Files that stand are never edited: stores made with them are in the field.
//
//go:embed migrations/*.sql
var migrationFiles embed.FS

// migrations lists the SQL that leads from each version to the next: the file
// 0001_… makes version 1 of an empty file.
func migrations() []string {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql") // sorted
	if err != nil {
		panic(err) // the pattern is a constant
	}
	statements := make([]string, len(names))
	for i, name := range names {
		text, err := migrationFiles.ReadFile(name)
		if err != nil {
			panic(err) // it was just listed
		}
		statements[i] = string(text)
	}
	return statements
}

// querier is what [sql.DB] and [sql.Tx] have in common.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// format reads which version of the format the file has: 0 for a new file. A
// file that is not ours, or is of a newer program, is an error.
func (d *database) format(ctx context.Context, q querier) (version int, err error) {
	var application, objects int
	err = q.QueryRowContext(ctx, `SELECT
		(SELECT application_id FROM pragma_application_id),
		(SELECT user_version FROM pragma_user_version),
		(SELECT count(*) FROM sqlite_schema)`).Scan(&application, &version, &objects)
	isNew := application == 0 && version == 0 && objects == 0
	switch {
	case err != nil:
		return 0, fmt.Errorf("read format: %w", err)
	case application != applicationID && !isNew:
		return 0, foreignFile(d.path, nil)
	case version > d.latest:
		return 0, newerFormat(d.path, version, d.latest)
	}
	return version, nil
}

// migrate brings the file to the last of steps, in one transaction that
// excludes every other process. An up-to-date file is only read.
func (d *database) migrate(ctx context.Context, steps []string) error {
	version, err := d.format(ctx, d.writer)
	if err != nil || version == len(steps) {
		return err
	}
	tx, err := d.writer.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin migration: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // after Commit it has nothing to do
	if err := d.migrateIn(ctx, tx, steps); err != nil {
		return err
	}
	return tx.Commit()
}

func (d *database) migrateIn(ctx context.Context, tx *sql.Tx, steps []string) error {
	version, err := d.format(ctx, tx) // again: another process may have been faster
	if err != nil {
		return err
	}
	for ; version < len(steps); version++ {
		if _, err := tx.ExecContext(ctx, steps[version]); err != nil {
			return fmt.Errorf("migrate to version %d: %w", version+1, err)
		}
	}
	mark := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, version)
	if _, err := tx.ExecContext(ctx, mark); err != nil {
		return fmt.Errorf("mark version %d: %w", version, err)
	}
	return nil
}
