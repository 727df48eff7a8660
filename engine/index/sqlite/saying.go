package sqlite

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"iter"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// sayingSchema is what speaks at each place, beside the documents that tell it: comparing
// scans, and judging what is exposed, reads this alone. A row is of a document.
const sayingSchema = `
CREATE TABLE saying (
	addr      BLOB NOT NULL, -- sorts as addresses do, see addressKey
	port      INTEGER NOT NULL,
	transport TEXT NOT NULL,
	name      TEXT NOT NULL,
	doc       INTEGER NOT NULL,
	body      BLOB NOT NULL, -- see packSaying
	PRIMARY KEY (addr, port, transport, name, doc)
) WITHOUT ROWID;
`

const sayingColumns = "addr, port, transport, name, doc, body"

// saveSaying keeps what a document says of its place, in the place of what it said before:
// a document that is replaced is of the same place.
const saveSaying = "INSERT OR REPLACE INTO saying (" + sayingColumns + ") VALUES (?, ?, ?, ?, ?, ?)"

func putSaying(ctx context.Context, save *sql.Stmt, doc int64, body []byte) error {
	s, isPlaced, err := engine.ReadSaying(body)
	if err != nil || !isPlaced {
		return err
	}
	_, err = save.ExecContext(ctx, addressKey(s.Addr), s.Port, s.Transport, s.Name, doc, packSaying(&s))
	return err
}

// packSaying writes the texts that are no key, each behind its length: reading one column
// takes a fraction of what seven do.
func packSaying(s *engine.Saying) (body []byte) {
	for _, text := range []string{string(s.Target), s.Base, s.Protocol, s.Product, s.Version, s.Path, strings.Join(s.TLS, " ")} {
		body = append(binary.AppendUvarint(body, uint64(len(text))), text...)
	}
	return body
}

// unpackSaying reads what [packSaying] wrote.
func unpackSaying(body []byte, s *engine.Saying) error {
	var tls string
	for _, to := range []*string{(*string)(&s.Target), &s.Base, &s.Protocol, &s.Product, &s.Version, &s.Path, &tls} {
		n, size := binary.Uvarint(body)
		if size <= 0 || n > uint64(len(body)-size) {
			return errDamaged
		}
		*to, body = string(body[size:size+int(n)]), body[size+int(n):]
	}
	if tls != "" {
		s.TLS = strings.Split(tls, " ")
	}
	return nil
}

// sayingPage is how many rows are read at once.
const sayingPage = 4096

// sayingKey is where a page ends.
type sayingKey struct {
	addr            []byte
	port            uint16
	transport, name string
	doc             int64
}

type sayingRow struct {
	sayingKey
	engine.Saying
}

// Sayings implements [index.Index].
func (ix *scanIndex) Sayings(ctx context.Context) iter.Seq2[engine.Saying, error] {
	return func(yield func(engine.Saying, error) bool) {
		var after sayingKey
		for more := true; more; {
			page, err := ix.sayingPage(ctx, after)
			if err != nil {
				yield(engine.Saying{}, err)
				return
			}
			for i := range page {
				if !yield(page[i].Saying, nil) {
					return
				}
			}
			if more = len(page) == sayingPage; more {
				after = page[len(page)-1].sayingKey
			}
		}
	}
}

func (ix *scanIndex) sayingPage(ctx context.Context, after sayingKey) (page []sayingRow, err error) {
	if after.addr == nil {
		after.addr = []byte{} // before every address
	}
	err = ix.view(ctx, func(q querier) error {
		page, err = collect(ctx, q, scanSaying, "SELECT "+sayingColumns+` FROM saying
			WHERE (addr, port, transport, name, doc) > (?, ?, ?, ?, ?) ORDER BY addr, port, transport, name, doc LIMIT ?`,
			after.addr, after.port, after.transport, after.name, after.doc, sayingPage)
		return err
	})
	return page, err
}

func scanSaying(rows *sql.Rows) (row sayingRow, err error) {
	var body sql.RawBytes
	if err := rows.Scan(&row.addr, &row.port, &row.transport, &row.name, &row.doc, &body); err != nil {
		return row, fmt.Errorf("read saying: %w", err)
	}
	row.Port, row.Transport, row.Name = row.port, row.transport, row.name
	if row.Addr, err = addressOf(row.addr); err != nil {
		return row, err
	}
	return row, unpackSaying(body, &row.Saying)
}

// QuietPorts implements [index.Index].
func (ix *scanIndex) QuietPorts(ctx context.Context) (quiet []engine.Endpoint, err error) {
	err = ix.view(ctx, func(q querier) error {
		quiet, err = collect(ctx, q, scanEndpoint, `SELECT body FROM open_port AS o WHERE NOT EXISTS
			(SELECT 1 FROM saying AS s WHERE s.addr = o.addr AND s.port = o.port AND s.transport = o.transport)
			ORDER BY addr, port, transport`)
		return err
	})
	return quiet, err
}
