package server

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// answer is what a command says: a table for people, and the same for programs.
type answer struct {
	head []string // nil: the table has no head
	rows [][]string
	note string // below the table
	json any
}

func (a answer) print(out io.Writer, asJSON bool) error {
	if asJSON {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(a.json)
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	rows := a.rows
	if a.head != nil {
		rows = append([][]string{a.head}, rows...)
	}
	for _, row := range rows {
		_, _ = fmt.Fprintln(w, strings.TrimRight(strings.Join(row, "\t"), "\t")) // Flush tells of errors
	}
	if a.note != "" {
		_, _ = fmt.Fprintln(w, a.note)
	}
	return w.Flush()
}

// said is an answer of one sentence.
func said(format string, args ...any) answer {
	text := fmt.Sprintf(format, args...)
	return answer{note: text, json: map[string]string{"message": text}}
}
