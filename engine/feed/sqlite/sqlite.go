// Package sqlite keeps what lists of vulnerabilities say in one SQLite file, feed.db in
// the data folder, and looks products up in it. Begin with [New]; [Feed.Import] fills it
// and [Feed.Find] asks it.
//
// It reads no lists (that is feed) and judges no host. What it holds is nobody's record:
// a file that is lost is imported again. Several processes may use one folder; an import
// is seen by all of them when it has ended, and not before.
package sqlite

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	// The driver "sqlite": pure Go, so that the binary needs no C library.
	_ "modernc.org/sqlite"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/feed"
)

// FileName is the name of the file in the data folder. SQLite keeps FileName-wal and
// FileName-shm beside it while it is open.
const FileName = "feed.db"

const (
	applicationID = 0x50544C46 // "PTLF", see SQLite's PRAGMA application_id
	format        = 1          // of schema.sql
	busyTimeout   = 10 * time.Second
)

//go:embed schema.sql
var schema string

// Feed is what was imported in one data folder.
type Feed struct {
	dir string

	lock sync.Mutex  // guards all below
	file *openedFile // nil until somebody asks and the file is there
}

// openedFile is a file to read, with what was found in it.
type openedFile struct {
	*sql.DB
	info  fs.FileInfo
	known *answers
}

var _ feed.Finder = (*Feed)(nil)

// New gives the feed of a data folder. Nothing is opened until it is asked, and what
// another process imports meanwhile is found.
func New(dir string) *Feed { return &Feed{dir: dir} }

// Close ends all use of the file.
func (f *Feed) Close() error {
	f.lock.Lock()
	defer f.lock.Unlock()
	return f.closeLocked()
}

func (f *Feed) closeLocked() error {
	if f.file == nil {
		return nil
	}
	err := f.file.Close()
	f.file = nil
	return err
}

func (f *Feed) path() string { return filepath.Join(f.dir, FileName) }

// open gives the file to read, nil if there is none. One that has taken the place of
// another is opened anew.
func (f *Feed) open(ctx context.Context) (*openedFile, error) {
	f.lock.Lock()
	defer f.lock.Unlock()
	info, err := os.Stat(f.path())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, f.closeLocked()
	}
	if err != nil {
		return nil, f.trouble(err)
	}
	if f.file != nil && os.SameFile(info, f.file.info) {
		return f.file, nil
	}
	if err := f.closeLocked(); err != nil {
		return nil, f.trouble(err)
	}
	pool, err := openPool(f.path(), 4, "query_only(1)")
	if err != nil {
		return nil, f.trouble(err)
	}
	if isNew, err := checkFormat(ctx, pool); err != nil || isNew {
		return nil, f.trouble(errors.Join(err, pool.Close()))
	}
	f.file = &openedFile{DB: pool, info: info, known: newAnswers()}
	return f.file, nil
}

func openPool(path string, size int, pragmas ...string) (*sql.DB, error) {
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // C:/… on Windows
	}
	query := url.Values{
		"mode": {"rw"}, "_txlock": {"immediate"},
		"_pragma": append([]string{fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds())}, pragmas...),
	}
	pool, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: slashed, RawQuery: query.Encode()}).String())
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size)
	return pool, nil
}

var errNotOurs = errors.New("it was written by another program or is damaged")

// checkFormat tells a new file, and refuses those that are not ours, or of a newer
// program.
func checkFormat(ctx context.Context, db *sql.DB) (isNew bool, err error) {
	var application, version, objects int
	err = db.QueryRowContext(ctx, `SELECT
		(SELECT application_id FROM pragma_application_id),
		(SELECT user_version FROM pragma_user_version),
		(SELECT count(*) FROM sqlite_schema)`).Scan(&application, &version, &objects)
	switch {
	case err != nil:
		return false, err
	case application == 0 && version == 0 && objects == 0:
		return true, nil
	case application != applicationID:
		return false, errNotOurs
	case version != format:
		return false, fmt.Errorf("its format is %d, this program knows %d", version, format)
	}
	return false, nil
}

// trouble says what can be done about the file.
func (f *Feed) trouble(err error) error {
	if err == nil {
		return nil
	}
	var known *engine.Error
	if errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return &engine.Error{
		Kind: engine.Internal, Title: "Feed cannot be read or written", Field: "data_dir", Detail: fmt.Sprintf("%s: %v", f.path(), err), Err: err,
		Hint: "see that the folder can be written and has space; a file that is damaged may be removed, and the lists imported again",
	}
}
