package querytest

import (
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// Pin gives the query with the word now replaced by an instant in every place
// where date math may stand, so that whoever answers it needs no clock of its
// own: @timestamp:>now-7d becomes @timestamp:>2025-03-21T12:00:00.000Z||-7d.
func Pin(q *query.Query, now time.Time) *query.Query {
	return &query.Query{Root: pin(q.Root, now.UTC().Format("2006-01-02T15:04:05.000Z||"))}
}

func pin(n query.Node, now string) query.Node {
	switch n := n.(type) {
	case *query.Boolean:
		return &query.Boolean{Must: pinAll(n.Must, now), Should: pinAll(n.Should, now), MustNot: pinAll(n.MustNot, now)}
	case *query.Term:
		return &query.Term{Field: n.Field, Value: pinText(n.Field, n.Value, now)}
	case *query.Phrase:
		return &query.Phrase{Field: n.Field, Text: pinText(n.Field, n.Text, now), Slop: n.Slop}
	case *query.Range:
		return &query.Range{Field: n.Field, From: pinBound(n.Field, n.From, now), To: pinBound(n.Field, n.To, now)}
	}
	return n
}

func pinAll(nodes []query.Node, now string) (pinned []query.Node) {
	for _, n := range nodes {
		pinned = append(pinned, pin(n, now))
	}
	return pinned
}

func pinBound(field string, b *query.Bound, now string) *query.Bound {
	if b == nil {
		return nil
	}
	return &query.Bound{Value: pinText(field, b.Value, now), Inclusive: b.Inclusive}
}

func pinText(field, text, now string) string {
	math, found := strings.CutPrefix(text, "now")
	if !found || query.Fields(field) != query.TypeDate {
		return text
	}
	return now + math
}
