package private

import (
	"net/http"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

func (d *dialect) accountRoutes() []api.Route {
	const chapter = "Account"
	return []api.Route{
		{
			Method: http.MethodGet, Path: "/api/users/current/", Handle: d.currentUser, Success: http.StatusOK,
			ID: "getCurrentUser", Chapter: chapter, Summary: "Get the caller", Doc: "Whom the key belongs to, and the plan.",
			Answer: userObject{},
		},
		{
			Method: http.MethodGet, Path: "/api/users/profile/", Handle: d.currentUser, Success: http.StatusOK,
			ID: "getProfile", Chapter: chapter, Summary: "Get the caller", Doc: "What users/current answers, as older clients call it.",
			Answer: userObject{},
		},
		{
			Method: http.MethodPatch, Path: "/api/users/current/", Handle: d.changeUser, Success: http.StatusOK,
			ID: "changeCurrentUser", Chapter: chapter, Summary: "Change the caller's name", Doc: "Nothing else can be changed.",
			Body: []api.Argument{
				{Name: "first_name", Kind: api.Text, Doc: "stays as it is if not given", Example: "Ann"},
				{Name: "last_name", Kind: api.Text, Doc: "stays as it is if not given", Example: "Lee"},
			},
			Answer: userObject{},
		},
		{
			Method: http.MethodGet, Path: "/api/users/profile_data/", Handle: d.profileData, Success: http.StatusOK,
			ID: "getCounters", Chapter: chapter, Summary: "Get the caller's counters", Doc: "Requests and coins left; -1 is without limit.",
			Answer: countersObject{},
		},
		{
			Method: http.MethodPost, Path: "/api/api_keys/reset_api_key/", Handle: d.resetKey, Success: http.StatusOK,
			ID: "resetKey", Chapter: chapter, Summary: "Replace the key of the call",
			Doc: "The key this is called with opens no door any more. The new one is shown this once.", Answer: keyObject{},
		},
		{
			Method: http.MethodGet, Path: "/api/api_keys/reset_api_key/", Handle: d.resetKey, Scope: engine.KeyManage, Success: http.StatusOK,
			ID: "resetKeyAsBefore", Chapter: chapter, Summary: "Replace the key of the call", Doc: "What POST does, as older clients call it.",
			Answer: keyObject{},
		},
		{
			Method: http.MethodGet, Path: "/api/engine/", Handle: d.about, Success: http.StatusOK, Class: api.Exempt,
			ID: "getEngine", Chapter: chapter, Summary: "Describe the engine", Doc: "Which one it is and what it is.", Own: true,
			Answer: engine.About{},
		},
		{
			Method: http.MethodGet, Path: "/api/account/", Handle: d.account, Success: http.StatusOK,
			ID: "getAccount", Chapter: chapter, Summary: "Get what the caller may do, and has done", Doc: "The limits of the plan; -1 is without limit.", Own: true,
			Answer: accountObject{},
		},
	}
}
