package private

import (
	"net/http"
	"strconv"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

func (d *dialect) keyRoutes() []api.Route {
	id := api.Argument{Name: "id", Kind: api.Number, Required: true, Min: 1, Doc: "which key", Example: 1}
	expires := api.Argument{Name: "expires_at", Kind: api.Text, Doc: "when the key ends; never if not given. A key that ends makes none that ends later", Example: "2099-01-01T00:00:00Z"}
	moved := expires
	moved.Doc, moved.Required = "when the key ends; not later than the key this is asked with", true
	routes := []api.Route{
		{
			Method: http.MethodGet, Path: "/api/keys/", Handle: d.listKeys, Success: http.StatusOK,
			ID: "listKeys", Summary: "List the caller's keys", Doc: "In the order they were made, without those that were revoked.", Answer: []ownKeyObject{},
		},
		{
			Method: http.MethodPost, Path: "/api/keys/", Handle: d.createKey, Success: http.StatusCreated,
			ID: "createKey", Summary: "Make a key", Doc: "The key is shown this once; the engine keeps only its hash.",
			Body: []api.Argument{
				{Name: "name", Kind: api.Text, Required: true, Doc: "what it is for", Example: "nightly job"},
				{Name: "scopes", Kind: api.Texts, Required: true, Doc: "what it may be used for: read, scan and manage, each of which includes those before it", Example: []engine.KeyScope{engine.KeyScan}},
				expires,
				{Name: "key", Kind: api.Text, Doc: "the key itself, letters and digits, at least 32; the engine makes it if not given"},
			},
			Answer: newKeyObject{}, Refuses: []engine.Kind{engine.Limit, engine.Conflict},
		},
		{
			Method: http.MethodGet, Path: "/api/keys/{id}/", Handle: d.getKey, Success: http.StatusOK,
			ID: "getKey", Summary: "Get a key of the caller's", Doc: "One that was revoked is not found.", Parameters: []api.Argument{id}, Answer: ownKeyObject{},
		},
		{
			Method: http.MethodPatch, Path: "/api/keys/{id}/", Handle: d.moveKey, Success: http.StatusOK,
			ID: "moveKey", Summary: "Change when a key ends", Doc: "Nothing else of a key can be changed.",
			Parameters: []api.Argument{id}, Body: []api.Argument{moved}, Answer: ownKeyObject{}, Refuses: []engine.Kind{engine.Conflict},
		},
		{
			Method: http.MethodDelete, Path: "/api/keys/{id}/", Handle: d.revokeKey, Success: http.StatusNoContent,
			ID: "revokeKey", Summary: "Revoke a key", Doc: "It opens no door any more, for good.", Parameters: []api.Argument{id},
		},
	}
	for i := range routes {
		routes[i].Chapter, routes[i].Own, routes[i].Scope = "Keys", true, engine.KeyManage
	}
	return routes
}

// keyID is the id in the path. What is no number names nothing.
func keyID(call *api.Call) (engine.KeyID, error) {
	id, err := strconv.ParseInt(call.Path("id"), 10, 64)
	if err != nil {
		return 0, &engine.Error{Kind: engine.NotFound, Title: "No such key", Field: "id", Detail: strconv.Quote(call.Path("id")) + " is not the number of a key"}
	}
	return engine.KeyID(id), nil
}
