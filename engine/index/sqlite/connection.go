package sqlite

import (
	"database/sql"
	"net/url"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // pure Go, so the binary needs no C library
)

// Everything that depends on the driver's spelling stands in this file, so that
// another driver is a change here and nowhere else.

// Pools. SQLite has one writer per file, so a second writing connection could
// only wait; readers see a snapshot each and never wait.
const (
	readers     = 4
	idleReaders = 2
)

// connectWriter opens the one writing connection of a file that exists. Its
// transactions take the write lock when they begin: a transaction that reads
// first and wants to write later may fail where it cannot wait.
func connectWriter(path string) (*sql.DB, error) {
	db, err := connect(path, url.Values{"_txlock": {"immediate"}})
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// connectReaders opens the pool that can only read.
func connectReaders(path string) (*sql.DB, error) {
	db, err := connect(path, url.Values{"_pragma": {"query_only(1)"}})
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(readers)
	db.SetMaxIdleConns(idleReaders)
	return db, nil
}

// connect names the file as a URI with mode=rw: a file that has gone is an
// error, not a new and empty index.
func connect(path string, options url.Values) (*sql.DB, error) {
	options.Set("mode", "rw")
	options["_pragma"] = append(pragmas(), options["_pragma"]...)
	return sql.Open("sqlite", fileURI(path)+"?"+options.Encode())
}

// pragmas are set on each connection, in this order: the time to wait for a
// lock first, because the others may have to wait for one.
func pragmas() []string {
	return []string{
		"busy_timeout(1000)",           // milliseconds at a time, see untilFree
		"journal_mode(WAL)",            // readers and the writer do not wait for each other
		"synchronous(FULL)",            // what was committed survives a power failure
		"trusted_schema(0)",            // a file from elsewhere cannot run functions from its schema
		"temp_store(MEMORY)",           // sorting leaves nothing beside the file
		"journal_size_limit(16777216)", // bytes of the log that are kept when it is empty; a merge needs more
	}
}

// fileURI spells a path as RFC 8089 has it, "C:\x" as "file:///C:/x".
func fileURI(path string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return (&url.URL{Scheme: "file", Path: path}).String()
}
