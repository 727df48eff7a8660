package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// A lookup answers what no beginning of a token can: *mail*, regular expressions,
// words that are nearly right. It asks the leaf about each value in a field's part of
// the dictionary, which holds every value once, and takes the documents of those
// that are found. The leaf judges a document that has nothing but the value, so
// that the answer is the query language's own.
type lookup struct {
	table     string
	low, high string // tokens to look at
	glob      string // tokens that do not pass need no look; "" lets all pass
	path      string
	leaf      *query.Query
	now       time.Time
}

var _ plan = lookup{}

const (
	// probeTerms is how much of a dictionary is looked at to see what it is like.
	probeTerms = 4096
	// fewDocuments is how many documents a value has on average in a field where
	// values are nearly as many as documents. Then values and documents are read
	// together.
	fewDocuments = 4
	// manyTerms is how many values are asked for their documents one by one.
	manyTerms = 2000
)

func newLookup(a asker, table string, k kind, g glimpse) lookup {
	begin, _ := shorten(g.begin)
	l := lookup{table: table, low: newToken(a.field, k, encode(begin)), path: a.path, now: a.now}
	l.high = behind(l.low)
	if g.glob != "" {
		l.glob = newToken(a.field, k, g.glob)
	}
	leaf, err := query.Parse(a.leaf.String())
	if err != nil { // what is printed can be read; the long way does it too
		leaf = &query.Query{Root: a.leaf}
	}
	l.leaf = leaf
	return l
}

func (l lookup) run(ctx context.Context, tx *sql.Tx) (*idSet, error) {
	isSparse, err := l.isSparse(ctx, tx)
	if err != nil {
		return nil, err
	}
	if isSparse {
		return l.together(ctx, tx)
	}
	terms, err := l.terms(ctx, tx)
	if err != nil {
		return nil, err
	}
	if len(terms) > manyTerms {
		return l.together(ctx, tx)
	}
	return l.oneByOne(ctx, tx, terms)
}

// isSparse looks at some values and how many documents they have.
func (l lookup) isSparse(ctx context.Context, tx *sql.Tx) (bool, error) {
	var terms, documents int
	statement := fmt.Sprintf("SELECT count(*), coalesce(sum(doc), 0) FROM (SELECT doc FROM %s_term WHERE term >= ? AND term < ? LIMIT ?)", l.table)
	if err := tx.QueryRowContext(ctx, statement, l.low, l.high, probeTerms).Scan(&terms, &documents); err != nil {
		return false, fmt.Errorf("look at dictionary: %w", err)
	}
	return terms == probeTerms && documents < fewDocuments*terms, nil
}

// terms gives the tokens whose value the leaf finds, and those that are cut.
func (l lookup) terms(ctx context.Context, tx *sql.Tx) (found []string, err error) {
	err = l.scan(ctx, tx, "term, 0", "_term", func(term string, _ int64, finds bool) {
		if finds || isCut(term) {
			found = append(found, term)
		}
	})
	return found, err
}

// oneByOne takes the documents of tokens.
func (l lookup) oneByOne(ctx context.Context, tx *sql.Tx, terms []string) (*idSet, error) {
	found, doubtful := &idSet{}, &idSet{}
	for _, term := range terms {
		set, err := match{table: l.table, text: `"` + term + `"`}.run(ctx, tx)
		if err != nil {
			return nil, err
		}
		if isCut(term) {
			doubtful.join(set)
			continue
		}
		found.join(set)
	}
	return found, l.judge(ctx, tx, doubtful, found)
}

// together reads tokens with their documents.
func (l lookup) together(ctx context.Context, tx *sql.Tx) (*idSet, error) {
	found, doubtful := &idSet{}, &idSet{}
	err := l.scan(ctx, tx, "term, doc", "_instance", func(term string, id int64, finds bool) {
		switch {
		case isCut(term):
			doubtful.add(id)
		case finds:
			found.add(id)
		}
	})
	if err != nil {
		return nil, err
	}
	return found, l.judge(ctx, tx, doubtful, found)
}

// scan calls f with each token that passes, and whether the leaf finds its value.
func (l lookup) scan(ctx context.Context, tx *sql.Tx, columns, suffix string, f func(term string, id int64, finds bool)) (err error) {
	statement := fmt.Sprintf("SELECT %s FROM %s%s WHERE term >= ? AND term < ?", columns, l.table, suffix)
	args := []any{l.low, l.high}
	if l.glob != "" {
		statement += " AND (term GLOB ? OR instr(term, '" + cutMark + "'))"
		args = append(args, l.glob)
	}
	rows, err := tx.QueryContext(ctx, statement, args...)
	if err != nil {
		return fmt.Errorf("read dictionary: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var raw sql.RawBytes
	var id int64
	term, finds := "", false
	for rows.Next() {
		if err := rows.Scan(&raw, &id); err != nil {
			return fmt.Errorf("read dictionary: %w", err)
		}
		if string(raw) != term {
			term = string(raw)
			finds = !isCut(term) && l.finds(term)
		}
		f(term, id, finds)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read dictionary: %w", err)
	}
	return nil
}

// finds asks the leaf about the value of a token.
func (l lookup) finds(term string) bool {
	_, value := splitToken(term)
	return l.leaf.MatchDocument(query.NewDocument(map[string]any{l.path: decode(value)}, l.now))
}

// judge adds to found the documents that the leaf finds.
func (l lookup) judge(ctx context.Context, tx *sql.Tx, doubtful, found *idSet) error {
	doubtful.remove(found)
	reader := &bodies{}
	for ids := range chunks(doubtful.all(), documentPage) {
		texts, err := reader.read(ctx, tx, ids)
		if err != nil {
			return err
		}
		for id, text := range texts {
			var members map[string]any
			if err := json.Unmarshal(text, &members); err != nil {
				return fmt.Errorf("decode document %d: %w", id, err)
			}
			if l.leaf.MatchAt(members, l.now) {
				found.add(id)
			}
		}
	}
	return nil
}

// isCut says whether a token stands for a value longer than it can hold.
func isCut(term string) bool { return strings.Contains(term, cutMark) }
