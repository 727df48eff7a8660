package sqlite

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// sayingSchema is what speaks at each place, beside the documents that tell it: comparing
// scans, and judging what is exposed, reads this alone. Rows are in the order of their
// documents and sorted when they are read: to keep an index in order of the places would
// cost each report more than a comparison saves.
const sayingSchema = `
CREATE TABLE saying (
	doc       INTEGER PRIMARY KEY,
	addr      BLOB NOT NULL, -- sorts as addresses do, see addressKey
	port      INTEGER NOT NULL,
	transport TEXT NOT NULL,
	name      TEXT NOT NULL,
	body      BLOB NOT NULL -- see packSaying
);
`

const sayingColumns = "addr, port, transport, name, body"

// saveSaying keeps what a document says of its place, in the place of what it said before.
const saveSaying = "INSERT OR REPLACE INTO saying (doc, " + sayingColumns + ") VALUES (?, ?, ?, ?, ?, ?)"

// putSaying keeps what a document says; one of no place says nothing.
func putSaying(ctx context.Context, save *sql.Stmt, doc int64, s *engine.Saying) error {
	if !s.Addr.IsValid() {
		return nil
	}
	_, err := save.ExecContext(ctx, doc, addressKey(s.Addr), s.Port, s.Transport, s.Name, packSaying(s))
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

// Sayings implements [index.Index]. It reads on while its caller does.
func (ix *scanIndex) Sayings(ctx context.Context) iter.Seq2[engine.Saying, error] {
	return func(yield func(engine.Saying, error) bool) {
		err := ix.view(ctx, func(q querier) error { return eachSaying(ctx, q, yield) })
		if err != nil && !errors.Is(err, errEnough) {
			yield(engine.Saying{}, err)
		}
	}
}

// errEnough ends a reading whose caller wants no more of it.
var errEnough = errors.New("enough")

func eachSaying(ctx context.Context, q querier, yield func(engine.Saying, error) bool) (err error) {
	rows, err := q.QueryContext(ctx, "SELECT "+sayingColumns+" FROM saying ORDER BY addr, port, transport, name, doc")
	if err != nil {
		return fmt.Errorf("read sayings: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		said, err := scanSaying(rows)
		if err != nil {
			return err
		}
		if !yield(said, nil) {
			return errEnough
		}
	}
	return rows.Err()
}

func scanSaying(rows *sql.Rows) (said engine.Saying, err error) {
	var addr, body sql.RawBytes
	if err := rows.Scan(&addr, &said.Port, &said.Transport, &said.Name, &body); err != nil {
		return said, fmt.Errorf("read saying: %w", err)
	}
	if said.Addr, err = addressOf(addr); err != nil {
		return said, err
	}
	return said, unpackSaying(body, &said)
}

// QuietPorts implements [index.Index].
func (ix *scanIndex) QuietPorts(ctx context.Context) (quiet []engine.Endpoint, err error) {
	err = ix.view(ctx, func(q querier) error {
		quiet, err = collect(ctx, q, scanEndpoint, `SELECT body FROM open_port
			WHERE (addr, port, transport) NOT IN (SELECT addr, port, transport FROM saying) ORDER BY addr, port, transport`)
		return err
	})
	return quiet, err
}
