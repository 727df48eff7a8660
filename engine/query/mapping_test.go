package query_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/contract"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// typesOf gives the types that may hold a kind of the contract's fields.
func typesOf(kind string) []query.Type {
	switch kind, _, _ := strings.Cut(kind, ":"); kind {
	case "object":
		return []query.Type{query.TypeObject}
	case "int":
		return []query.Type{query.TypeInteger}
	case "number", "decimal":
		return []query.Type{query.TypeFloat}
	case "bool":
		return []query.Type{query.TypeBoolean}
	case "moment", "date", "day":
		return []query.Type{query.TypeDate}
	case "ip":
		return []query.Type{query.TypeIP}
	case "base64":
		return []query.Type{query.TypeBinary, query.TypeKeyword}
	case "word", "hex", "digits", "one":
		return []query.Type{query.TypeKeyword}
	case "text":
		return []query.Type{query.TypeText, query.TypeKeyword, query.TypeVersion}
	}
	return nil
}

// Every field of the contract has a line of the mapping, of a type that fits.
func TestMappingCoversTheContract(t *testing.T) {
	kinds := contract.Kinds()
	if len(kinds) < 300 {
		t.Errorf("the contract has only %d fields", len(kinds))
	}
	for path, kind := range kinds {
		name := strings.ReplaceAll(path, "*", "any")
		if name == "tag.any" {
			continue // its members are tag.name and the others, and tag.any.version
		}
		if got, mapped := query.Mapped(name); !mapped || !slices.Contains(typesOf(kind), got) {
			t.Errorf("%s is %s in the contract and %q in the mapping", path, kind, got)
		}
	}
}

// A field that has two lines has the type of the last: that is a mistake.
func TestMappingNamesEachFieldOnce(t *testing.T) {
	seen := map[string]bool{}
	for line := range strings.Lines(query.MappingTable()) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		for _, name := range words[1:] {
			if seen[name] {
				t.Errorf("%s has two lines", name)
			}
			seen[name] = true
		}
	}
}
