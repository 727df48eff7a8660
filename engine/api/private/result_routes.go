package private

import (
	"net/http"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

func (d *dialect) resultRoutes() []api.Route {
	const chapter = "Results of a scan"
	return []api.Route{
		{
			Method: http.MethodGet, Path: "/api/scanner/{id}/report/", Handle: d.getReport, Success: http.StatusOK,
			ID: "getReport", Chapter: chapter, Summary: "Sum up a scan",
			Doc: "The scan, its targets, how much it has found of what, its findings, the worst first, and its open ports with what speaks there: " +
				"the first thousand of each. The counts are of all.",
			Parameters: []api.Argument{idArgument()}, Answer: reportObject{},
		},
		{
			Method: http.MethodGet, Path: "/api/scanner/{id}/findings/", Handle: d.listFindings, Success: http.StatusOK,
			ID: "listFindings", Chapter: chapter, Summary: "List the findings of a scan", Own: true,
			Doc: "The worst comes first. total and counts are of all findings that pass the filter, not of this page. " +
				"issue_state, first_seen and decision are of the issue of a finding; they are missing until the scan has ended, and decision unless it is accepted or a false positive.",
			Parameters: []api.Argument{
				idArgument(),
				{Name: "min_severity", Kind: api.Text, Doc: "nothing less bad", Words: []string{"critical", "high", "medium", "low", "info"}},
				{Name: "rules", Kind: api.List, Doc: "only of these checks"},
				{Name: "hosts", Kind: api.List, Doc: "only of these hosts"},
				{Name: "ports", Kind: api.List, Doc: "only of these ports"},
				{Name: "limit", Kind: api.Number, Min: 1, Max: maxFindingsPage, Doc: "how many; 100 if not given"},
				{Name: "offset", Kind: api.Number, Doc: "how many are passed over first"},
			},
			Answer: findingsObject{},
		},
		{
			Method: http.MethodGet, Path: "/api/scanner/{id}/ports/", Handle: d.listPorts, Success: http.StatusOK,
			ID: "listPorts", Chapter: chapter, Summary: "List the open ports a scan has seen", Own: true,
			Doc:        "Whether or not it could be told what speaks there.",
			Parameters: []api.Argument{idArgument()}, Answer: portsObject{},
		},
		{
			Method: http.MethodGet, Path: "/api/scanner/{id}/hosts/", Handle: d.listAnsweredHosts, Success: http.StatusOK,
			ID: "listAnsweredHosts", Chapter: chapter, Summary: "List the addresses that answered a scan", Own: true,
			Doc:        "With or without an open port: of the others a scan can tell nothing.",
			Parameters: []api.Argument{idArgument()}, Answer: hostsObject{},
		},
		{
			Method: http.MethodGet, Path: "/api/scanner/{id}/diff/", Handle: d.compareScans, Success: http.StatusOK,
			ID: "compareScans", Chapter: chapter, Summary: "Compare a scan with an earlier one", Own: true,
			Doc: "Findings that are new, fixed or changed, ports that opened or closed, and services that changed at ports open in both. What the scan did not see again is fixed or closed only " +
				"if the scan is complete, was asked to look there and got an answer from the host; else it is unknown. " +
				"What would be new, but is accepted or a false positive, is in suppressed and not in new.",
			Parameters: []api.Argument{
				idArgument(),
				{Name: "base", Kind: api.Number, Min: 1, Doc: "the earlier scan; if not given, the newest complete one before it of the same owner with the same targets and ports", Example: 6},
			},
			Answer: engine.Diff{},
		},
	}
}
