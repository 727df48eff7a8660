package api

import (
	"net/http"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// keyOf gives the API key of a request, from X-API-Key or, as newer clients send it,
// from Authorization: Bearer (RFC 6750 section 2.1); "" if there is none.
func keyOf(h http.Header) string {
	if key := strings.TrimSpace(h.Get("X-API-Key")); key != "" {
		return key
	}
	scheme, key, _ := strings.Cut(strings.TrimSpace(h.Get("Authorization")), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(key)
}

func noKey() error {
	return &engine.Error{
		Kind: engine.Unauthorized, Title: "API key is missing", Field: "api_key",
		Detail: "Authentication credentials were not provided.",
		Hint:   "send the key in the header X-API-Key or as Authorization: Bearer KEY",
	}
}
