package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/index"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// Versions of the files, for tests that make files of others.
const (
	SchemaVersion   = schemaVersion
	EncodingVersion = encodingVersion
)

// IsExact reports whether the index alone answers a query.
func IsExact(ctx context.Context, ix index.Index, q *query.Query) (exact bool, err error) {
	ours, ok := ix.(*scanIndex)
	if !ok {
		return false, errors.New("not an index of this package")
	}
	err = ours.snapshot(ctx, func(f *file, tx *sql.Tx) error {
		_, exact, err = f.compile(ctx, tx, q, time.Now())
		return err
	})
	return exact, err
}
