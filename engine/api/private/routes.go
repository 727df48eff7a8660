package private

import (
	"net/http"
	"slices"

	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

// Routes is the table of the dialect.
func Routes(c Control) []api.Route {
	d := &dialect{control: c}
	return slices.Concat(d.scanRoutes(), d.resultRoutes(), d.responseRoutes(), d.accountRoutes())
}

func (d *dialect) scanRoutes() []api.Route {
	return []api.Route{
		{Method: http.MethodGet, Path: "/api/scanner/", Handle: d.listScans, Success: http.StatusOK,
			Summary: "List scans",
			Doc:     "Answers an array of scan objects, newest first. Of our own: with deleted=true the caller's own deleted scans, which can be restored for a week."},
		{Method: http.MethodPost, Path: "/api/scanner/", Handle: d.createScan, Success: http.StatusCreated,
			Summary: "Create a scan",
			Doc: "Body: targets (array of addresses, CIDRs and domain names), label or name, and of our own ports (such as \"22,80,8000-8100,53/udp\", " +
				"common, default or all) and exclude (array of addresses and CIDRs). With the header Idempotency-Key the same request with the " +
				"same key is answered for two days with the scan the first one made; another request with it is a conflict. Answers the scan object."},
		{Method: http.MethodPost, Path: "/api/scanner/bulk_delete/", Handle: d.deleteScans, Success: http.StatusOK,
			Summary: "Delete scans",
			Doc:     "Body: ids. Deletes all or, if one is not the caller's, none. Answers {\"deleted\": [ids]}."},
		{Method: http.MethodPost, Path: "/api/scanner/change_priority/", Handle: d.shiftScan, Success: http.StatusOK, Conflict: http.StatusBadRequest,
			Summary: "Move a scan in the queue",
			Doc:     "Body: id and shift, negative to the front, positive to the back, up to the ends. Only a pending scan has a place. Answers the scan object."},
		{Method: http.MethodGet, Path: "/api/scanner/{id}/", Handle: d.getScan, Success: http.StatusOK,
			Summary: "Get a scan, or wait for it to change",
			Doc: "Of our own: with wait (seconds, at most 60) the answer comes when the scan has a step whose id is greater than after, " +
				"has ended, or the time is up. Without after, the next step is waited for. Answers the scan object."},
		{Method: http.MethodPatch, Path: "/api/scanner/{id}/", Handle: d.renameScan, Success: http.StatusOK,
			Summary: "Rename a scan",
			Doc:     "Body: label or name. Answers the scan object."},
		{Method: http.MethodPut, Path: "/api/scanner/{id}/", Handle: d.renameScan, Success: http.StatusOK,
			Summary: "Rename a scan",
			Doc:     "What PATCH does, as older clients call it."},
		{Method: http.MethodDelete, Path: "/api/scanner/{id}/", Handle: d.deleteScan, Success: http.StatusNoContent,
			Summary: "Delete a scan and its results",
			Doc:     "Cancels it first if it has not ended. It can be restored for a week and is erased after two. The answer is empty."},
		{Method: http.MethodPost, Path: "/api/scanner/{id}/restore/", Handle: d.restoreScan, Success: http.StatusOK,
			Summary: "Restore a deleted scan",
			Doc:     "Of our own. For a week after it was deleted; later it is a conflict. A scan that is not deleted stays as it is. Answers the scan object."},
		{Method: http.MethodPost, Path: "/api/scanner/{id}/rescan/", Handle: d.rescan, Success: http.StatusCreated,
			Summary: "Scan the same again",
			Doc:     "Of our own. Takes the header Idempotency-Key as creating does. Answers the new scan object; its rescan_of is the id of the first."},
		{Method: http.MethodPost, Path: "/api/scanner/{id}/cancel/", Handle: d.cancelScan, Success: http.StatusOK,
			Summary: "Cancel a scan and keep its results",
			Doc:     "Of our own. A scan that has ended stays as it is. Answers the scan object."},
	}
}

func (d *dialect) resultRoutes() []api.Route {
	return []api.Route{
		{Method: http.MethodGet, Path: "/api/scanner/{id}/report/", Handle: d.getReport, Success: http.StatusOK,
			Summary: "Sum up a scan",
			Doc:     "Answers {\"scan\": scan object, \"targets\": [...], \"counts\": {responses, findings by severity, hosts_up, open_ports}}."},
		{Method: http.MethodGet, Path: "/api/scanner/{id}/findings/", Handle: d.listFindings, Success: http.StatusOK,
			Summary: "List the findings of a scan",
			Doc: "Of our own. Parameters: min_severity, rules, hosts and ports (comma lists), limit (100 if not given, at most 1000), offset. " +
				"Answers {\"findings\": [...], \"total\": n, \"counts\": {...}}, worst first; total and counts are of all that pass, not of this page."},
		{Method: http.MethodGet, Path: "/api/scanner/{id}/ports/", Handle: d.listPorts, Success: http.StatusOK,
			Summary: "List the open ports a scan has seen",
			Doc:     "Of our own. Answers {\"ports\": [{addr, port, transport, target, name}], \"total\": n}."},
	}
}

func (d *dialect) responseRoutes() []api.Route {
	return []api.Route{
		{Method: http.MethodGet, Path: "/api/responses/", Handle: d.searchResponses, Success: http.StatusOK,
			Summary: "Search responses",
			Doc: "Parameters: q, indices (ids; all the caller may read if not given), start (0 to 9980), fields (dotted paths, each a whole " +
				"subtree), source_type (include or exclude). Answers 20 documents, newest first: {\"items\": [{\"data\": {...}}], \"took\": ms, \"timestamp\": unix time}."},
		{Method: http.MethodGet, Path: "/api/responses_count/", Handle: d.countResponses, Success: http.StatusOK,
			Summary: "Count responses",
			Doc:     "Parameters: q, indices. Answers {\"count\": n}, exactly."},
		{Method: http.MethodPost, Path: "/api/responses/download/", Handle: d.downloadResponses, Success: http.StatusOK,
			Summary: "Download responses",
			Doc: "Body: q, size (all if not given), indices, fields, source_type, type (json), raw. Answers a stream: with raw one {\"data\": {...}} " +
				"a line, else one array of them. A stream cut off in the middle is not whole."},
		{Method: http.MethodGet, Path: "/api/indices/", Handle: d.listIndices, Success: http.StatusOK,
			Summary: "List indices",
			Doc:     "Answers an array with one index for each scan that has found something. is_default says that a search without indices covers it."},
	}
}

func (d *dialect) accountRoutes() []api.Route {
	return []api.Route{
		{Method: http.MethodGet, Path: "/api/users/current/", Handle: d.currentUser, Success: http.StatusOK,
			Summary: "Get the caller", Doc: "Answers who the key belongs to and the plan."},
		{Method: http.MethodGet, Path: "/api/users/profile/", Handle: d.currentUser, Success: http.StatusOK,
			Summary: "Get the caller", Doc: "What users/current answers, as older clients call it."},
		{Method: http.MethodPatch, Path: "/api/users/current/", Handle: d.changeUser, Success: http.StatusOK,
			Summary: "Change the caller's name", Doc: "Body: first_name, last_name, or one of them. Answers what GET does."},
		{Method: http.MethodGet, Path: "/api/users/profile_data/", Handle: d.profileData, Success: http.StatusOK,
			Summary: "Get the caller's counters", Doc: "Answers requests and coins left; -1 is without limit."},
		{Method: http.MethodPost, Path: "/api/api_keys/reset_api_key/", Handle: d.resetKey, Success: http.StatusOK,
			Summary: "Replace the key of the call",
			Doc:     "The key this is called with opens no door any more. Answers {\"customer_api_key\": the new key, next_time_coins_will_be_updated}; it is shown this once."},
		{Method: http.MethodGet, Path: "/api/api_keys/reset_api_key/", Handle: d.resetKey, Success: http.StatusOK,
			Summary: "Replace the key of the call", Doc: "What POST does, as older clients call it."},
		{Method: http.MethodGet, Path: "/api/engine/", Handle: d.about, Success: http.StatusOK, Class: api.Exempt,
			Summary: "Describe the engine", Doc: "Of our own. Answers {engine_id, version, mode, data_dir}."},
	}
}
