package private

import (
	"slices"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

// scanProfiles is the noun of scan profiles.
func (d *dialect) scanProfiles() noun[engine.ScanProfile] {
	return noun[engine.ScanProfile]{
		path: "/api/profiles/", one: "ScanProfile", many: "ScanProfiles", word: "scan profile", chapter: "Scan profiles",
		doc: "How scans go about their work, under a name that requests for scans may give as profile_id. " +
			"What such a request says itself wins; a scan records what it used, and a later change of the profile changes no scan.",
		declared: slices.Concat([]api.Argument{
			{Name: "name", Kind: api.Text, Required: true, Doc: "unique in the team, whatever its case", Example: "gentle"},
			{Name: "description", Kind: api.Text, Doc: "what it is for", Example: "for the old printers"},
			{Name: "ports", Kind: api.Text, Doc: "such as 22,80,8000-8100,53/udp, or common, default or all; left to the scan if not given", Example: "common"},
		}, profileArguments()),
		records: func() Collection[engine.ScanProfile] { return d.control.ScanProfiles() },
	}
}
