package private

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

const csvType = "text/csv; charset=utf-8"

// usualColumns are those of a table for which no fields are named: what nearly every
// document has, and what people look at first. A table with all fields would have
// to know every document before its first row.
func usualColumns() []string {
	return []string{"uri", "host", "ip", "port", "prot4", "prot7", "protocol", "path", "http.status_code", "http.title", "tag.name", "last_updated"}
}

// table is CSV (RFC 4180) with a row of field names. A field of which a document has
// several values has them separated by "; ", a field with members below it has each as
// name=value.
type table struct{ columns []string }

func newTable(fields selection) table {
	switch {
	case len(fields.paths) == 0:
		return table{usualColumns()}
	case fields.exclude:
		return table{slices.DeleteFunc(usualColumns(), func(column string) bool {
			return slices.ContainsFunc(fields.paths, func(path string) bool { return column == path || strings.HasPrefix(column, path+".") })
		})}
	}
	return table{fields.paths}
}

func (table) contentType() string { return csvType }

func (t table) write(w io.Writer, documents iter.Seq2[json.RawMessage, error]) error {
	rows := csv.NewWriter(w)
	if err := rows.Write(t.columns); err != nil {
		return err
	}
	for data, err := range documents {
		if err != nil {
			return err
		}
		row, err := t.row(data)
		if err != nil {
			return err
		}
		if err := rows.Write(row); err != nil {
			return err
		}
	}
	rows.Flush()
	return rows.Error()
}

func (t table) row(data json.RawMessage) ([]string, error) {
	var members map[string]any
	if err := json.Unmarshal(data, &members); err != nil {
		return nil, fmt.Errorf("make a row of a document: %w", err)
	}
	row := make([]string, len(t.columns))
	for path, value := range query.Leaves(members) {
		for i, column := range t.columns {
			switch {
			case path == column:
				row[i] = joined(row[i], keyWord(value))
			case strings.HasPrefix(path, column+"."):
				row[i] = joined(row[i], strings.TrimPrefix(path, column+".")+"="+keyWord(value))
			}
		}
	}
	for i := range row {
		row[i] = harmless(row[i])
	}
	return row, nil
}

func joined(cell, value string) string {
	if cell == "" {
		return value
	}
	return cell + "; " + value
}

// harmless puts a quote before what a spreadsheet would take for a formula: texts
// come from the hosts that were scanned. Numbers stay as they are.
func harmless(cell string) string {
	if cell == "" || !strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return cell
	}
	if _, isNumber := query.Number(cell); isNumber {
		return cell
	}
	return "'" + cell
}
