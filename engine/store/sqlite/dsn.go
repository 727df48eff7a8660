package sqlite

import (
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	// The driver "sqlite": pure Go, so that the binary needs no C library.
	_ "modernc.org/sqlite"
)

// This file is the only place that knows the driver, its parameters and the
// pragmas, so that another driver is a change of one file and errors.go.

const (
	// busyTimeout is how long a connection waits for another process to let go
	// of the file. Waits of 1.6 s happen when several processes commit at once
	// and each commit waits for the disk.
	busyTimeout = 10 * time.Second
	// readerCount is how many views run at once; more wait for one another.
	readerCount = 4
)

// openWriter gives the pool of the one connection that writes. SQLite has one
// writer per file anyway: queueing here is fair, in the file it is a lottery.
func openWriter(path string) (*sql.DB, error) {
	return openPool(path, 1, "foreign_keys(1)", "synchronous(FULL)")
}

// openReaders gives the pool of connections that cannot write. They are opened
// when first used.
func openReaders(path string) (*sql.DB, error) {
	return openPool(path, readerCount, "query_only(1)")
}

func openPool(path string, size int, pragmas ...string) (*sql.DB, error) {
	pool, err := sql.Open("sqlite", dsn(path, pragmas))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size)
	return pool, nil
}

// dsn names the file as a URI, because a path with "?" or "%" in it is no DSN.
// Mode rw: a file that has gone is an error, not a new store. Transactions that
// may write lock at once: one that begins by reading and then finds another
// has written cannot be repeated by waiting.
func dsn(path string, pragmas []string) string {
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // C:/… on Windows
	}
	query := url.Values{
		"mode":    {"rw"},
		"_txlock": {"immediate"},
		"_pragma": append([]string{fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds())}, pragmas...),
	}
	return (&url.URL{Scheme: "file", Path: slashed, RawQuery: query.Encode()}).String()
}
