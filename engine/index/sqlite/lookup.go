package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// A lookup answers what no beginning of a term can: *mail*, regular expressions,
// words that are nearly right. It asks the leaf about the values of a field, and takes
// the documents of those that are found. The leaf judges a document that has nothing
// but the value, so that the answer is the query language's own.
type lookup struct {
	low, high string // terms to look at
	glimpse   glimpse
	path      string
	leaf      *query.Query
	now       time.Time
}

var _ plan = lookup{}

// maxAsked is how many values are remembered with what the leaf said: a value with
// many documents comes once for each segment.
const maxAsked = 4096

func newLookup(a asker, k kind, g glimpse) lookup {
	low := prefixOf(a.field, k, g.begin)
	l := lookup{low: low, high: behind(low), glimpse: g, path: a.path, now: a.now}
	leaf, err := query.Parse(a.leaf.String())
	if err != nil { // what is printed can be read; the long way does it too
		leaf = &query.Query{Root: a.leaf}
	}
	l.leaf = leaf
	return l
}

func (l lookup) run(ctx context.Context, v *view) (*idSet, error) {
	found, doubtful := &idSet{}, &idSet{}
	ask := l.asker()
	err := v.terms.each(ctx, l.low, l.high, func(term []byte, list postingList) error {
		value := term[termHead:]
		switch {
		case isCut(value):
			return list.addTo(doubtful)
		case l.glimpse.passes(value) && ask(value):
			return list.addTo(found)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return found, l.judge(ctx, v.tx, doubtful, found)
}

// asker gives a function that asks the leaf about a value.
func (l lookup) asker() func(value []byte) bool {
	asked := map[string]bool{}
	document := query.NewDocument(nil, l.now)
	return func(value []byte) bool {
		if finds, ok := asked[string(value)]; ok {
			return finds
		}
		document.Reset(l.path, string(value))
		finds := l.leaf.MatchDocument(document)
		if len(asked) < maxAsked {
			asked[string(value)] = finds
		}
		return finds
	}
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
