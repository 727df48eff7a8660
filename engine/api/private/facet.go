package private

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/api"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
)

// Limits of a facet: the first two are the contract's (part 2.2), the third keeps the
// combinations of hostile documents small.
const (
	usualGroups    = 100
	maxGroups      = 1000
	maxFacetFields = 8
)

// facetObject is how many documents have which values.
type facetObject struct {
	Took         int64         `json:"took" doc:"milliseconds"`
	Aggregations []groupObject `json:"aggregations" doc:"the largest first"`
}

type groupObject struct {
	Key         []any  `json:"key" doc:"one value for each field: a number, true or false, or a text"`
	KeyAsString string `json:"key_as_string" doc:"the values with commas between"`
	Documents   int    `json:"doc_count"`
}

// facetResponses groups responses; name is what the parameter of the fields is called.
func (d *dialect) facetResponses(name string) api.Handler {
	return func(call *api.Call) error {
		began := time.Now()
		parameters := call.Parameters()
		search, err := searchOf(parameters)
		if err != nil {
			return err
		}
		fields, err := facetFields(parameters, name)
		if err != nil {
			return err
		}
		size, err := groupsOf(parameters)
		if err != nil {
			return err
		}
		buckets, err := d.control.Facet(call.Context(), call.Caller, search, fields, size)
		if err != nil {
			return err
		}
		return call.Answer(facetObject{Took: time.Since(began).Milliseconds(), Aggregations: groupObjects(buckets)})
	}
}

func facetFields(parameters api.Arguments, name string) ([]string, error) {
	kind, err := parameters.Text("index_type")
	if err != nil {
		return nil, err
	}
	if kind != "" && kind != "responses" {
		return nil, invalid("index_type", fmt.Sprintf("index_type is %q", kind), `write "responses", or leave it out`)
	}
	fields, err := parameters.List(name)
	switch {
	case err != nil:
		return nil, err
	case len(fields) == 0:
		return nil, missing(name, "name the fields to group by, such as port,prot7")
	case len(fields) > maxFacetFields:
		return nil, tooMany(name, len(fields), maxFacetFields, "group by fewer fields")
	}
	return fields, nil
}

func groupsOf(parameters api.Arguments) (int, error) {
	size, given, err := parameters.Int("size")
	switch {
	case err != nil:
		return 0, err
	case !given:
		return usualGroups, nil
	case size < 1 || size > maxGroups:
		return 0, invalid("size", fmt.Sprintf("size is %d, outside of 1 to %d", size, maxGroups), "leave it out for 100 groups")
	}
	return int(size), nil
}

func groupObjects(buckets []index.Bucket) []groupObject {
	found := make([]groupObject, len(buckets))
	for i, b := range buckets {
		words := make([]string, len(b.Key))
		for k, value := range b.Key {
			words[k] = keyWord(value)
		}
		found[i] = groupObject{Key: b.Key, KeyAsString: strings.Join(words, ","), Documents: b.Count}
	}
	return found
}

// keyWord gives a value as JSON writes it, a text without quotes.
func keyWord(value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	word, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value) // numbers and flags can all be encoded
	}
	return string(word)
}
