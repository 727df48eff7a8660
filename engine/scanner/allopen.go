package scanner

import (
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// nameless is the protocol of what nothing names, as of the probe of banners.
const nameless = "unknown"

// openBlock is the member "unknown" of the one document of a host that accepts
// connections on every port, which no services are behind.
type openBlock struct {
	Banner  string `json:"banner"`
	AllOpen bool   `json:"all_open"`
}

// allOpen gives the document of such a host, for each target that led to it.
func allOpen(endpoints []engine.Endpoint) []engine.Response {
	responses := make([]engine.Response, 0, len(endpoints))
	for _, e := range endpoints {
		e.Name = "" // the address accepts, whatever it is called
		r := engine.NewResponse(e, nameless, nameless, "", time.Now())
		r.Blocks[nameless] = &openBlock{AllOpen: true}
		r.Tags = []engine.Tag{{Name: "all-open", FullName: "Open on every port", Category: []string{"Middleboxes"}}}
		responses = append(responses, r)
	}
	return responses
}
