package private

import (
	"net/http"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

func (d *dialect) hostRoutes() []api.Route {
	const chapter = "Hosts"
	return []api.Route{
		{
			Method: http.MethodGet, Path: "/api/host/{host}/", Handle: d.getHost, Success: http.StatusOK,
			ID: "getHost", Chapter: chapter, Summary: "Sum up an address or a name",
			Doc: "From the caller's own scans, the newest document of each service. A host that was never scanned has nothing in its lists. With fields only those members come.",
			Parameters: append([]api.Argument{
				{Name: "host", Kind: api.Text, Required: true, Doc: "an address or a domain name", Example: "192.0.2.1"},
			}, fieldArguments()...),
			Answer: hostObject{},
		},
		{
			Method: http.MethodGet, Path: "/api/host/", Handle: d.getOwnHost, Success: http.StatusOK,
			ID: "getOwnHost", Chapter: chapter, Summary: "Sum up the address the request comes from", Doc: "What the other does, for that address.",
			Parameters: fieldArguments(), Answer: hostObject{}, Refuses: []engine.Kind{engine.NotFound},
		},
	}
}
