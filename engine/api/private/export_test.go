package private

import (
	"encoding/json"

	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

// Select gives the part of a document that a request's fields and source_type ask for.
func Select(document json.RawMessage, request api.Arguments) (json.RawMessage, error) {
	wanted, err := selectionOf(request)
	if err != nil {
		return nil, err
	}
	return wanted.apply(document)
}
