package private

import (
	"math"
	"net/http"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

func (d *dialect) scanRoutes() []api.Route {
	const chapter = "Scans"
	return []api.Route{
		{
			Method: http.MethodGet, Path: "/api/scanner/", Handle: d.listScans, Success: http.StatusOK,
			ID: "listScans", Chapter: chapter, Summary: "List scans", Doc: "The newest comes first.",
			Parameters: scanFilterArguments(),
			Answer:     []engine.Scan{},
		},
		{
			Method: http.MethodPost, Path: "/api/scanner/", Handle: d.createScan, Scope: engine.KeyScan, Success: http.StatusCreated,
			ID: "createScan", Chapter: chapter, Summary: "Create a scan",
			Doc:     "It waits in the queue until its turn comes.",
			Headers: requestKeyHeader(), Body: newScan(), Large: true, Answer: engine.Scan{}, Refuses: []engine.Kind{engine.Limit, engine.Conflict},
		},
		{
			Method: http.MethodPost, Path: "/api/scanner/bulk_delete/", Handle: d.deleteScans, Scope: engine.KeyScan, Success: http.StatusOK,
			ID: "deleteScans", Chapter: chapter, Summary: "Delete scans and their results",
			Doc: "All are deleted or, if one is not the caller's, none.",
			Body: []api.Argument{
				{Name: "ids", Kind: api.IDs, Required: true, Doc: "which scans", Example: []int{6, 7}},
			},
			Answer: deletedObject{}, Refuses: []engine.Kind{engine.NotFound},
		},
		{
			Method: http.MethodPost, Path: "/api/scanner/change_priority/", Handle: d.shiftScan, Scope: engine.KeyScan, Success: http.StatusOK, Conflict: http.StatusBadRequest,
			ID: "shiftScan", Chapter: chapter, Summary: "Move a scan in the queue",
			Doc: "Only a pending scan has a place. It moves as far as the ends of the queue.",
			Body: []api.Argument{
				{Name: "id", Kind: api.Number, Required: true, Doc: "which scan", Example: 7},
				{Name: "shift", Kind: api.Number, Required: true, Doc: "places: negative to the front, positive to the back", Example: -2},
			},
			Answer: engine.Scan{}, Refuses: []engine.Kind{engine.NotFound, engine.Conflict},
		},
		{
			Method: http.MethodGet, Path: "/api/scanner/{id}/", Handle: d.getScan, Success: http.StatusOK,
			ID: "getScan", Chapter: chapter, Summary: "Get a scan, or wait for it to change",
			Doc: "Of our own: with wait the answer comes when the scan has a new step, has ended, or the time is up.",
			Parameters: []api.Argument{
				idArgument(),
				{Name: "wait", Kind: api.Number, Doc: "seconds, at most 60 of which are waited; 0 if not given", Example: 1},
				{Name: "after", Kind: api.Number, Doc: "the id of a step: only a later one is new; the last of now if not given"},
			},
			Answer: engine.Scan{},
		},
		eventsRoute(d),
		renameRoute(d, http.MethodPatch, "renameScan", "Nothing else of a scan can be changed."),
		renameRoute(d, http.MethodPut, "renameScanAsBefore", "What PATCH does, as older clients call it."),
		{
			Method: http.MethodDelete, Path: "/api/scanner/{id}/", Handle: d.deleteScan, Scope: engine.KeyScan, Success: http.StatusNoContent,
			ID: "deleteScan", Chapter: chapter, Summary: "Delete a scan and its results",
			Doc:        "It is cancelled first if it has not ended. It can be restored for a week, and is erased after two.",
			Parameters: []api.Argument{idArgument()},
		},
	}
}

// actionRoutes do something with a scan that is there.
func (d *dialect) actionRoutes() []api.Route {
	const chapter = "Scans"
	return []api.Route{
		{
			Method: http.MethodPost, Path: "/api/scanner/{id}/restore/", Handle: d.restoreScan, Scope: engine.KeyScan, Success: http.StatusOK,
			ID: "restoreScan", Chapter: chapter, Summary: "Restore a deleted scan", Own: true,
			Doc:        "For a week after it was deleted; later it is a conflict. A scan that is not deleted stays as it is.",
			Parameters: []api.Argument{idArgument()}, Answer: engine.Scan{}, Refuses: []engine.Kind{engine.Limit, engine.Conflict},
		},
		{
			Method: http.MethodPost, Path: "/api/scanner/{id}/rescan/", Handle: d.rescan, Scope: engine.KeyScan, Success: http.StatusCreated,
			ID: "rescan", Chapter: chapter, Summary: "Scan the same again", Own: true,
			Doc:        "Answers a new scan; its rescan_of is the id of the first.",
			Parameters: []api.Argument{idArgument()}, Headers: requestKeyHeader(),
			Answer: engine.Scan{}, Refuses: []engine.Kind{engine.Limit, engine.Conflict},
		},
		{
			Method: http.MethodPost, Path: "/api/scanner/{id}/cancel/", Handle: d.cancelScan, Scope: engine.KeyScan, Success: http.StatusOK,
			ID: "cancelScan", Chapter: chapter, Summary: "Cancel a scan and keep its results", Own: true,
			Doc:        "A scan that has ended stays as it is.",
			Parameters: []api.Argument{idArgument()}, Answer: engine.Scan{},
		},
	}
}

func eventsRoute(d *dialect) api.Route {
	return api.Route{
		Method: http.MethodGet, Path: "/api/scanner/{id}/events/", Handle: d.streamEvents, Success: http.StatusOK,
		ID: "listenToScan", Chapter: "Scans", Summary: "Listen to a scan", Own: true,
		Doc: "Server-sent events: step (a member of scan_progress, with its id as the event's), queue (queue_position, estimated_time_to_complete), " +
			"counts (count, summary), and end (the scan object). A comment comes at least every 15 seconds.",
		Parameters: []api.Argument{
			idArgument(),
			{Name: "after", Kind: api.Number, Doc: "the id of a step: only later ones are told; for those who cannot send Last-Event-ID"},
		},
		Headers: []api.Argument{{Name: "Last-Event-ID", Kind: api.Text, Doc: "the id of the last event that was heard of and has one"}},
		Nothing: "Last-Event-ID is that of the end; do not come back",
		Formats: []api.Format{{Type: "text/event-stream", Doc: "events as they happen"}}, Refuses: []engine.Kind{engine.Throttled},
	}
}

func renameRoute(d *dialect, method, id, doc string) api.Route {
	return api.Route{
		Method: method, Path: "/api/scanner/{id}/", Handle: d.renameScan, Scope: engine.KeyScan, Success: http.StatusOK,
		ID: id, Chapter: "Scans", Summary: "Rename a scan", Doc: doc,
		Parameters: []api.Argument{idArgument()}, Body: labelArguments(),
		Answer: engine.Scan{},
	}
}

// scanFilterArguments choose scans of a list. The filters do not apply to deleted ones.
func scanFilterArguments() []api.Argument {
	return []api.Argument{
		{Name: "deleted", Kind: api.Flag, Doc: "of our own: instead the caller's own deleted scans, which can be restored for a week"},
		{Name: "repository", Kind: api.Word, Doc: "of our own: only those whose source is this repository", Example: "acme/shop"},
		{Name: "branch", Kind: api.Word, Doc: "of our own: … this branch", Example: "main"},
		{Name: "commit", Kind: api.Word, Doc: "of our own: … this commit"},
		{Name: "label", Kind: api.Word, Doc: "of our own: only those that are called so"},
		{Name: "status", Kind: api.List, Doc: "of our own: only with these: pending, in_progress, done, failed, cancelled", Example: []string{"done", "failed"}},
		{Name: "targets_digest", Kind: api.Word, Doc: "of our own: only of the same targets, as this member of a scan says"},
		{Name: "config_digest", Kind: api.Word, Doc: "of our own: only those that were asked for the same, as this member of a scan says"},
		{Name: "complete", Kind: api.Flag, Doc: "of our own: only those that are done, every part of which was, and that reached a host"},
		{Name: "before", Kind: api.Number, Doc: "of our own: only those with a smaller id", Example: 7},
		{Name: "start", Kind: api.Number, Doc: "of our own: how many are passed over first"},
		{Name: "size", Kind: api.Number, Min: 1, Max: math.MaxInt32, Doc: "of our own: how many; all if not given"},
	}
}

// newScan is what may be said about a new scan.
func newScan() []api.Argument {
	return append(labelArguments(),
		api.Argument{Name: "targets", Kind: api.Texts, Required: true, Doc: "addresses, CIDRs and domain names", Example: []string{"192.0.2.1", "example.com"}},
		api.Argument{Name: "target_ids", Kind: api.IDs, Doc: "of our own: targets that were declared under /api/targets/, scanned beside those in targets, which may be left out then"},
		api.Argument{Name: "target_group_ids", Kind: api.IDs, Doc: "of our own: target groups, whose targets are scanned likewise"},
		api.Argument{Name: "exclude", Kind: api.Texts, Doc: "of our own: addresses and CIDRs that are left alone", Example: []string{"192.0.2.7"}},
		api.Argument{Name: "ports", Kind: api.Word, Doc: "of our own: such as 22,80,8000-8100,53/udp, or common, default or all; default if not given", Example: "22,80,443"},
		api.Argument{Name: "profile_id", Kind: api.Word, Doc: "of our own: the id or the name of a scan profile, which says what the request leaves open"},
		api.Argument{Name: "profile", Kind: api.Object, Doc: "of our own: how the scan goes about its work", Members: profileArguments()},
		api.Argument{Name: "expect", Kind: api.Objects, Doc: "of our own: what should be exposed; what is open and not in it is a finding, and so is what is in it and not there. Not given, nothing is declared; an empty list declares that nothing is open", Members: []api.Argument{
			{Name: "host", Kind: api.Text, Doc: "a name, an address or a CIDR among the targets; all of them if not given. A single one has to be there, the others may"},
			{Name: "port", Kind: api.Word, Required: true, Doc: "such as 443, 80,443 or 8000-8010. Each port has to be open, one of a range may", Example: "443"},
			{Name: "protocol", Kind: api.Text, Doc: "tcp if not given", Words: []string{engine.TCP, engine.UDP}},
			{Name: "service", Kind: api.Text, Doc: "what has to speak there: https, ssh; http is also https", Example: "https"},
			{Name: "tls_min", Kind: api.Word, Doc: "the oldest version of TLS that may be accepted", Words: engine.TLSVersions()},
			{Name: "owner", Kind: api.Text, Doc: "who is answerable: the owner of every finding there", Example: "@team-web"},
			{Name: "optional", Kind: api.Flag, Doc: "it need not be there"},
		}},
		api.Argument{Name: "source", Kind: api.Object, Doc: "of our own: where the scan comes from. Lists are asked by it, and it says which scan is the newest of a branch", Members: []api.Argument{
			{Name: "repository", Kind: api.Word, Doc: "such as acme/shop, or its URL", Example: "acme/shop"},
			{Name: "branch", Kind: api.Word, Doc: "such as main; of what is no branch the ref without refs/: pull/7/merge, tags/v1", Example: "main"},
			{Name: "commit", Kind: api.Word, Doc: "its hash", Example: "9fceb02d0ae598e95dc970b74767f19372d61af8"},
			{Name: "run_url", Kind: api.Word, Doc: "the page of the run that asks for the scan"},
		}},
	)
}

// profileArguments say how a scan goes about its work.
func profileArguments() []api.Argument {
	return []api.Argument{
		{Name: "addresses", Kind: api.Text, Doc: "how many addresses of a name are scanned", Words: []string{"one", "all"}},
		{Name: "mode", Kind: api.Text, Doc: "how TCP ports are tried", Words: []string{"auto", "connect", "syn"}},
		{Name: "rate", Kind: api.Number, Doc: "packets a second over each task; 0 has no limit"},
		{Name: "host_rate", Kind: api.Number, Doc: "packets a second to one host; 0 has no limit"},
		{Name: "max_bytes", Kind: api.Number, Doc: "bytes sent and read over each task; 0 has no limit"},
		{Name: "checks", Kind: api.Object, Doc: "which checks are asked, by their ids or families, such as redis.no-auth or tls; all if not given", Members: []api.Argument{
			{Name: "only", Kind: api.Texts, Doc: "only these"},
			{Name: "skip", Kind: api.Texts, Doc: "not these"},
		}},
		{Name: "resolvers", Kind: api.Text, Doc: "comma list of name servers to ask, which must be in the scope of the engine; without it those of the system that scans", Example: "192.0.2.53,192.0.2.54:5353"},
	}
}

// labelArguments are the two names that clients know the label of a scan by.
func labelArguments() []api.Argument {
	return []api.Argument{
		{Name: "label", Kind: api.Text, Doc: "what the scan is called", Example: "nightly"},
		{Name: "name", Kind: api.Text, Doc: "the same, as newer clients say it"},
	}
}

// requestKeyHeader names a request, so that it can be repeated.
func requestKeyHeader() []api.Argument {
	return []api.Argument{{
		Name: engine.RequestKeyHeader, Kind: api.Text,
		Doc: "of our own: the same request with the same key is answered for two days with the scan that the first one made; another request with it is a conflict",
	}}
}

// idArgument is the scan in a path.
func idArgument() api.Argument {
	return api.Argument{Name: "id", Kind: api.Number, Required: true, Min: 1, Doc: "which scan", Example: 7}
}
