package private

import (
	"net/http"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

// declaredTargets is the noun of targets.
func (d *dialect) declaredTargets() noun[engine.DeclaredTarget] {
	return noun[engine.DeclaredTarget]{
		path: "/api/targets/", one: "Target", many: "Targets", word: "target", chapter: "Targets",
		doc: "Something to scan, with what is known of it. A team has one for each address, whose name in lists is the address. " +
			"Requests for scans may give its id in target_ids.",
		declared: []api.Argument{
			{Name: "address", Kind: api.Text, Required: true, Doc: "an address, a CIDR or a domain name; it is kept and answered in one form, however it is spelled", Example: "www.example.com"},
			{Name: "name", Kind: api.Text, Doc: "what people call it", Example: "shop"},
			{Name: "tags", Kind: api.Texts, Doc: "words to find it by; they are answered sorted", Example: []string{"eu", "production"}},
			{Name: "criticality", Kind: api.Text, Doc: "how much depends on it; normal if not given", Words: []string{"low", "normal", "high", "critical"}},
			{Name: "owner", Kind: api.Text, Doc: "who is answerable for it", Example: "@team-web"},
			{Name: "labels", Kind: api.Map, Doc: "texts by names of your own"},
		},
		computed: []string{"verification"},
		records:  func() Collection[engine.DeclaredTarget] { return d.control.DeclaredTargets() },
		more:     d.verifyRoutes,
	}
}

// verifyRoutes are what proves that a target is the caller's.
func (d *dialect) verifyRoutes(id api.Argument) []api.Route {
	return []api.Route{{
		Method: http.MethodPost, Path: "/api/targets/{id}/verify/", Handle: d.verifyTarget, Success: http.StatusOK,
		ID: "verifyTarget", Summary: "Verify that a target is yours",
		Doc: "Looks for verification.token of the target in the TXT record verification.dns_name or in the file verification.url. " +
			"That it is in neither is a conflict, which says what was found; what was verified before stays so. " +
			"A verified domain covers the names below it, and no address; a range cannot be verified, its addresses can.",
		Parameters: []api.Argument{id},
		Body:       []api.Argument{{Name: "method", Kind: api.Text, Words: []string{"dns", "http"}, Doc: "where to look; both if not given", Example: "dns"}},
		Answer:     engine.DeclaredTarget{}, Refuses: []engine.Kind{engine.Conflict},
	}}
}

func (d *dialect) verifyTarget(call *api.Call) error {
	var asked struct {
		Method engine.VerificationMethod `json:"method"`
	}
	if err := call.Exact(&asked); err != nil {
		return err
	}
	id, err := d.declaredTargets().id(call)
	if err != nil {
		return err
	}
	target, err := d.control.VerifyTarget(call.Context(), call.Caller, id, asked.Method)
	if err != nil {
		return err
	}
	return call.Answer(target)
}

// targetGroups is the noun of target groups.
func (d *dialect) targetGroups() noun[engine.TargetGroup] {
	return noun[engine.TargetGroup]{
		path: "/api/target_groups/", one: "TargetGroup", many: "TargetGroups", word: "target group", chapter: "Targets",
		doc: "Targets that belong together, under a name. Requests for scans may give its id in target_group_ids: what is in the group then is scanned.",
		declared: []api.Argument{
			{Name: "name", Kind: api.Text, Required: true, Doc: "unique in the team, whatever its case", Example: "web"},
			{Name: "description", Kind: api.Text, Doc: "what it is for"},
			{Name: "target_ids", Kind: api.IDs, Doc: "the ids of its targets; they are answered sorted", Example: []int{2}},
		},
		records: func() Collection[engine.TargetGroup] { return d.control.TargetGroups() },
	}
}
