package api

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// keyOf gives the API key of a request, from X-API-Key or, as newer clients send it,
// from Authorization: Bearer (RFC 6750 section 2.1); "" if there is none. As the password
// of Authorization: Basic (RFC 7617) the key comes with the user it is said to be of.
func keyOf(r *http.Request) (key, user string) {
	if key := strings.TrimSpace(r.Header.Get("X-API-Key")); key != "" {
		return key, ""
	}
	if user, key, ok := r.BasicAuth(); ok {
		return key, user
	}
	scheme, key, _ := strings.Cut(strings.TrimSpace(r.Header.Get("Authorization")), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", ""
	}
	return strings.TrimSpace(key), ""
}

// checkUser refuses a key that is not of the user it is said to be of, by number or
// e-mail address; it says no more than for a key that is not known.
func checkUser(caller engine.User, user string) error {
	if user == "" || user == strconv.FormatInt(int64(caller.ID), 10) || strings.EqualFold(user, caller.Email) {
		return nil
	}
	return &engine.Error{
		Kind: engine.Unauthorized, Title: "Wrong API key", Field: "api_key",
		Detail: "API key not found", Hint: "check user and key: this user has no such key",
	}
}

func noKey() error {
	return &engine.Error{
		Kind: engine.Unauthorized, Title: "API key is missing", Field: "api_key",
		Detail: "Authentication credentials were not provided.",
		Hint:   "send the key in the header X-API-Key, as Authorization: Bearer KEY, or as the password of Authorization: Basic",
	}
}
