package private

import (
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

// summaryGroups is how many values of each field a summary tells.
const summaryGroups = 10

// summaryFields are what people ask first of what they have found.
func summaryFields() []string {
	return []string{"port", "protocol", "tag.name", "tag.category", "http.headers.server", "http.title", "http.status_code", "certificate.issuer.organization", "geo.country", "cve.severity"}
}

// overviewObject is how many documents there are, and of what kind. Its shape is ours:
// no client is known to look into it.
type overviewObject struct {
	Took   int64        `json:"took" doc:"milliseconds"`
	Count  int          `json:"count" doc:"how many documents there are"`
	Facets []fieldFacet `json:"facets" doc:"the same fields in the same order each time"`
}

type fieldFacet struct {
	Field        string        `json:"field"`
	Aggregations []groupObject `json:"aggregations" doc:"the ten largest, the largest first; none if no document has the field"`
}

// summarizeResponses counts and groups what a query finds.
func (d *dialect) summarizeResponses(call *api.Call) error {
	began := time.Now()
	search, err := searchOf(call.Parameters())
	if err != nil {
		return err
	}
	var answer overviewObject
	if answer.Count, err = d.control.Count(call.Context(), call.Caller, search); err != nil {
		return err
	}
	for _, field := range summaryFields() {
		buckets, err := d.control.Facet(call.Context(), call.Caller, search, []string{field}, summaryGroups)
		if err != nil {
			return err
		}
		answer.Facets = append(answer.Facets, fieldFacet{Field: field, Aggregations: groupObjects(buckets)})
	}
	answer.Took = time.Since(began).Milliseconds()
	return call.Answer(answer)
}
