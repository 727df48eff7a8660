package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/feed"
)

// answers remembers what was found, until something is imported: a scan meets the same
// few products again and again.
type answers struct {
	lock     sync.Mutex // guards all below
	revision int64
	matches  map[string][]feed.Match
}

func newAnswers() *answers { return &answers{matches: map[string][]feed.Match{}} }

// maxAnswers bounds what is remembered; most have a handful of matches.
const maxAnswers = 256

func (a *answers) get(revision int64, subject string) ([]feed.Match, bool) {
	a.lock.Lock()
	defer a.lock.Unlock()
	if a.revision != revision {
		clear(a.matches)
		a.revision = revision
	}
	matches, ok := a.matches[subject]
	return matches, ok
}

func (a *answers) put(revision int64, subject string, matches []feed.Match) {
	a.lock.Lock()
	defer a.lock.Unlock()
	if a.revision != revision {
		return
	}
	if len(a.matches) >= maxAnswers {
		clear(a.matches)
	}
	a.matches[subject] = matches
}

// Find implements [feed.Finder]. What it gives is shared and must not be changed.
func (f *Feed) Find(ctx context.Context, s feed.Subject) ([]feed.Match, error) {
	file, err := f.open(ctx)
	if err != nil || file == nil {
		return nil, err
	}
	var revision int64
	if err := file.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'revision'").Scan(&revision); err != nil {
		return nil, f.trouble(err)
	}
	if matches, ok := file.known.get(revision, s.String()); ok {
		return matches, nil
	}
	matches, err := find(ctx, file.DB, s)
	if err != nil {
		return nil, f.trouble(err)
	}
	file.known.put(revision, s.String(), matches)
	return matches, nil
}

func find(ctx context.Context, db *sql.DB, s feed.Subject) ([]feed.Match, error) {
	tx, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }() // it only reads
	q := &question{ctx: ctx, tx: tx, subject: s, found: map[feed.ID]*feed.Match{}}
	for _, key := range s.Keys {
		if err := q.ask(key); err != nil {
			return nil, err
		}
	}
	return q.worst()
}

// question is one look-up in a view that does not change under it.
type question struct {
	ctx     context.Context
	tx      *sql.Tx
	subject feed.Subject
	found   map[feed.ID]*feed.Match
}

// candidate is a criterion that may match.
type candidate struct {
	match      feed.Match
	criterion  string
	conditions sql.NullString
}

// candidates are the criteria of a product whose span overlaps that of a subject.
const candidates = `
	WITH near (flaw, criterion) AS (
		SELECT flaw, criterion FROM affected WHERE product = (SELECT id FROM product WHERE key = :key) AND is_range = 0 AND low BETWEEN :low AND :high
		UNION ALL
		SELECT flaw, criterion FROM affected WHERE product = (SELECT id FROM product WHERE key = :key) AND is_range = 1 AND low <= :high AND high >= :low)
	SELECT n.flaw, n.criterion, CASE n.criterion WHEN '' THEN f.conditions END, f.score, f.severity, coalesce(e.added, ''), coalesce(l.probability, 0)
	FROM near n JOIN flaw f ON f.id = n.flaw LEFT JOIN exploited e ON e.flaw = n.flaw LEFT JOIN likelihood l ON l.flaw = n.flaw`

// ask looks at all criteria of one name of the product whose span fits.
func (q *question) ask(key string) error {
	low, high := q.subject.Span()
	unpack := newUnpacker(key)
	rows, err := q.tx.QueryContext(q.ctx, candidates, sql.Named("key", key), sql.Named("low", low), sql.Named("high", high))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var c candidate
		var severity string
		if err := rows.Scan(&c.match.ID, &c.criterion, &c.conditions, &c.match.Score, &severity, &c.match.Exploited, &c.match.Probability); err != nil {
			return err
		}
		c.match.Severity = engine.Severity(severity)
		if err := q.take(unpack, c); err != nil {
			return err
		}
	}
	return rows.Err()
}

// take keeps a candidate that matches, with the most certain outcome.
func (q *question) take(unpack *unpacker, c candidate) error {
	had := q.found[c.match.ID]
	if had != nil && had.Outcome == feed.Yes {
		return nil
	}
	outcome, err := q.outcome(unpack, c)
	if err != nil || outcome == feed.No {
		return err
	}
	if had == nil {
		had = &c.match
		q.found[c.match.ID] = had
	}
	had.Outcome = max(had.Outcome, outcome)
	return nil
}

func (q *question) outcome(unpack *unpacker, c candidate) (feed.Outcome, error) {
	if c.criterion != "" {
		criterion, err := unpack.criterion(c.criterion)
		return criterion.Match(q.subject), err
	}
	var conditions []feed.Condition
	if err := json.Unmarshal([]byte(c.conditions.String), &conditions); err != nil {
		return feed.No, fmt.Errorf("read conditions of %s: %w", c.match.ID, err)
	}
	best := feed.No
	for _, condition := range conditions {
		best = max(best, condition.Affects(q.subject))
	}
	return best, nil
}

// worst gives the worst matches with all there is to say of them.
func (q *question) worst() ([]feed.Match, error) {
	matches := make([]feed.Match, 0, len(q.found))
	for _, m := range q.found {
		matches = append(matches, *m)
	}
	slices.SortFunc(matches, feed.Worse)
	matches = slices.Clip(matches[:min(len(matches), engine.MaxCVEs)])
	return matches, q.describe(matches)
}

// describe adds the texts, which are long, to the few that are told.
func (q *question) describe(matches []feed.Match) error {
	at, ids := make(map[feed.ID]int, len(matches)), make([]feed.ID, len(matches))
	for i, m := range matches {
		at[m.ID], ids[i] = i, m.ID
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	rows, err := q.tx.QueryContext(q.ctx, "SELECT f.id, f.description, f.exploit_links FROM json_each(?) j JOIN flaw f ON f.id = j.value", string(list))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id feed.ID
		var description, links string
		if err := rows.Scan(&id, &description, &links); err != nil {
			return err
		}
		m := &matches[at[id]]
		if m.Description = description; links != "" {
			m.ExploitLinks = strings.Split(links, "\n")
		}
	}
	return rows.Err()
}
