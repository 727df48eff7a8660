package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// maxLevels is how deep below the top of a document a value may stand to be
// indexed; well below what the query language still sees.
const maxLevels = 48

// entry is what stands in the index about one document. Building it again from
// the same document gives the same, which is how a document is taken out.
type entry struct {
	fields *fieldWriter
	seen   map[string]bool
	list   []string // tokens, each once
	words  []string // of the table prose
}

// newEntry walks through a document.
func newEntry(ctx context.Context, fields *fieldWriter, body []byte) (*entry, error) {
	var members map[string]any
	if err := json.Unmarshal(body, &members); err != nil {
		return nil, fmt.Errorf("decode document: %w", err)
	}
	e := &entry{fields: fields, seen: map[string]bool{}}
	if _, err := e.members(ctx, "", members, maxLevels); err != nil {
		return nil, err
	}
	return e, nil
}

// tokens is the text for the table token.
func (e *entry) tokens() string { return strings.Join(e.list, " ") }

// prose is the text for the table prose.
func (e *entry) prose() string { return strings.Join(e.words, " ") }

func (e *entry) add(token string) {
	if !e.seen[token] {
		e.seen[token] = true
		e.list = append(e.list, token)
	}
}

// giveUp marks a document of which something cannot be said in tokens: it is
// judged by every query.
func (e *entry) giveUp() { e.add(opaqueToken) }

// walk indexes everything at and below a path, and reports whether there is a
// value that is not null. Arrays stand for their elements.
func (e *entry) walk(ctx context.Context, path string, value any, levels int) (found bool, err error) {
	if value == nil {
		return false, nil
	}
	if levels == 0 {
		e.giveUp()
		return false, nil
	}
	switch v := value.(type) {
	case []any:
		for _, element := range v {
			has, err := e.walk(ctx, path, element, levels-1)
			if err != nil {
				return false, err
			}
			found = found || has
		}
		return found, nil
	case map[string]any:
		return e.object(ctx, path, v, levels)
	}
	return true, e.value(ctx, path, value)
}

// object indexes what is below a path and, if there is something, that there is.
func (e *entry) object(ctx context.Context, path string, object map[string]any, levels int) (bool, error) {
	found, err := e.members(ctx, path+".", object, levels)
	if err != nil || !found {
		return false, err
	}
	return true, e.addAt(ctx, path, kindBelow, "")
}

func (e *entry) members(ctx context.Context, prefix string, object map[string]any, levels int) (found bool, err error) {
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if name == "" {
			e.giveUp() // there is no plain way to ask for it
			continue
		}
		has, err := e.walk(ctx, prefix+name, object[name], levels-1)
		if err != nil {
			return false, err
		}
		found = found || has
	}
	return found, nil
}

// value indexes one plain value.
func (e *entry) value(ctx context.Context, path string, value any) error {
	if strings.HasSuffix(path, keywordSuffix) {
		e.giveUp() // a member of this name hides the exact form of the field above
	}
	id, ok, err := e.fields.id(ctx, path)
	if err != nil || !ok {
		e.giveUp()
		return err
	}
	e.add(newToken(id, kindHere, ""))
	for _, t := range valueTokens(path, value) {
		e.add(newToken(id, t.kind, t.value))
	}
	e.addWords(id, path, value)
	return nil
}

func (e *entry) addAt(ctx context.Context, path string, k kind, value string) error {
	id, ok, err := e.fields.id(ctx, path)
	if err != nil || !ok {
		e.giveUp()
		return err
	}
	e.add(newToken(id, k, value))
	return nil
}

// addWords indexes the words of a text, with a gap behind them, so that no
// phrase goes from one value into the next.
func (e *entry) addWords(id int64, path string, value any) {
	text, ok := plainText(value)
	if !ok || query.TypeOf(path, value) != query.TypeText {
		return
	}
	for _, word := range query.Tokens(text) {
		e.words = append(e.words, newToken(id, kindWord, encode(word)))
	}
	e.words = append(e.words, wordGap)
}
