package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"iter"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
)

// findingPage is how many findings are read at a time.
const findingPage = 256

// saveFinding stores a finding, in the place of one with its fingerprint.
func saveFinding(ctx context.Context, tx *sql.Tx, f engine.Finding) error {
	if err := f.Severity.Validate(); err != nil {
		return fmt.Errorf("save finding %s: %w", f.Rule, err)
	}
	body, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("encode finding %s: %w", f.Rule, err)
	}
	_, err = tx.ExecContext(ctx, `INSERT OR REPLACE INTO finding
		(fingerprint, mildness, severity, rule, target, host, ip, port, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		f.Fingerprint, mildness(f.Severity), f.Severity, f.Rule, f.Target, hostKey(f.Host), hostKey(f.IP), f.Port, string(body))
	if err != nil {
		return fmt.Errorf("save finding %s: %w", f.Rule, err)
	}
	return nil
}

// mildness orders findings worst first: 0 for critical, rising.
func mildness(s engine.Severity) int { return engine.Critical.Rank() - s.Rank() }

// hostKey gives the form in which names and addresses are compared.
func hostKey(host string) string { return string(engine.Target(host).Canonical()) }

// Findings implements [index.Index].
func (ix *scanIndex) Findings(ctx context.Context, filter index.FindingFilter, offset int) iter.Seq2[engine.Finding, error] {
	return func(yield func(engine.Finding, error) bool) {
		where, args, err := findingCondition(filter)
		if err != nil {
			yield(engine.Finding{}, err)
			return
		}
		after := findingKey{mildness: -1}
		for more := true; more; {
			page, err := ix.findingPage(ctx, where, args, after, offset)
			if err != nil {
				yield(engine.Finding{}, err)
				return
			}
			for _, row := range page {
				if !yield(row.finding, nil) {
					return
				}
				after = row.key
			}
			offset = 0 // the next page is behind this one
			more = len(page) == findingPage
		}
	}
}

// findingKey is a place in the order of findings.
type findingKey struct {
	mildness     int
	rule, target string
	port         int
	fingerprint  string
}

type findingRow struct {
	key     findingKey
	finding engine.Finding
}

func (ix *scanIndex) findingPage(ctx context.Context, where string, args []any, after findingKey, offset int) (page []findingRow, err error) {
	statement := `SELECT mildness, rule, target, port, fingerprint, body FROM finding
		WHERE (mildness, rule, target, port, fingerprint) > (?, ?, ?, ?, ?)` + where + `
		ORDER BY mildness, rule, target, port, fingerprint LIMIT ? OFFSET ?`
	bound := []any{after.mildness, after.rule, after.target, after.port, after.fingerprint}
	bound = append(append(bound, args...), findingPage, offset)
	err = ix.view(ctx, func(q querier) error {
		page, err = collect(ctx, q, scanFinding, statement, bound...)
		return err
	})
	return page, err
}

// CountFindings implements [index.Index]. The order of findings is an index that knows
// how bad they are, so that without a filter no finding is read.
func (ix *scanIndex) CountFindings(ctx context.Context, filter index.FindingFilter) (sum engine.Summary, err error) {
	where, args, err := findingCondition(filter)
	if err != nil {
		return sum, err
	}
	err = ix.view(ctx, func(q querier) error {
		counts, err := collect(ctx, q, scanMildness, "SELECT mildness, count(*) FROM finding WHERE 1"+where+" GROUP BY mildness", args...)
		for _, c := range counts {
			sum.Add(engine.Severity(c.word), c.n)
		}
		return err
	})
	return sum, err
}

func scanMildness(rows *sql.Rows) (c count, err error) {
	var mildness int
	if err := rows.Scan(&mildness, &c.n); err != nil {
		return c, fmt.Errorf("count findings: %w", err)
	}
	c.word = string(engine.Severities()[mildness])
	return c, nil
}

func scanFinding(rows *sql.Rows) (row findingRow, err error) {
	var body []byte
	k := &row.key
	if err := rows.Scan(&k.mildness, &k.rule, &k.target, &k.port, &k.fingerprint, &body); err != nil {
		return row, fmt.Errorf("read finding: %w", err)
	}
	if err := json.Unmarshal(body, &row.finding); err != nil {
		return row, fmt.Errorf("decode finding: %w", err)
	}
	return row, nil
}

// findingCondition spells a filter as conditions to append to a WHERE.
func findingCondition(filter index.FindingFilter) (where string, args []any, err error) {
	var b strings.Builder
	if filter.MinSeverity != "" {
		if err := filter.MinSeverity.Validate(); err != nil {
			return "", nil, engine.In("min_severity", err)
		}
		b.WriteString(" AND mildness <= ?")
		args = append(args, mildness(filter.MinSeverity))
	}
	hosts := make([]string, len(filter.Hosts))
	for i, host := range filter.Hosts {
		hosts[i] = hostKey(host)
	}
	for _, c := range []condition{
		oneOf("rule", filter.Rules), oneOf("port", filter.Ports), oneOf("host", hosts).or(oneOf("ip", hosts)),
	} {
		if c.err != nil {
			return "", nil, fmt.Errorf("encode filter: %w", c.err)
		}
		if c.text != "" {
			b.WriteString(" AND (" + c.text + ")")
			args = append(args, c.args...)
		}
	}
	return b.String(), args, nil
}

// condition is a piece of a WHERE; the empty one says nothing.
type condition struct {
	text string
	args []any
	err  error
}

// oneOf asks for a column to have one of values; for none it is empty.
func oneOf[T any](column string, values []T) condition {
	if len(values) == 0 {
		return condition{}
	}
	text, err := list(values)
	return condition{text: column + " IN (SELECT value FROM json_each(?))", args: []any{text}, err: err}
}

func (c condition) or(other condition) condition {
	if c.text == "" || c.err != nil {
		return c
	}
	return condition{text: c.text + " OR " + other.text, args: append(c.args, other.args...), err: other.err}
}
