package private

import (
	"slices"

	"github.com/portolan-io/terraform-provider-portolan/engine/api"
	"github.com/portolan-io/terraform-provider-portolan/engine/openapi"
)

// Routes is the table of the dialect. Each noun's rows are in its file ..._routes.go.
func Routes(c Control) []api.Route {
	d := &dialect{control: c}
	return openapi.Routes(info(), slices.Concat(d.scanRoutes(), d.actionRoutes(), d.resultRoutes(), d.issueRoutes(), d.checkRoutes(), d.recordRoutes(), d.responseRoutes(),
		d.hostRoutes(), d.mappingRoutes(), d.certificateRoutes(), d.emptyRoutes(), d.accountRoutes(), d.keyRoutes()))
}

func info() openapi.Info {
	return openapi.Info{
		Title: "Portolan API", Version: "1", WrongKey: wrongKey,
		Description: "The private scanner API. Clients of the public service work with it as they are; what is of our own is marked.",
	}
}
