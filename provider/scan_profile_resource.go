package provider

import (
	"fmt"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
)

// scanProfileModel is portolan_scan_profile as Terraform keeps it.
type scanProfileModel struct {
	recordStamp

	Name        types.String `tfsdk:"name"`
	Description types.String `tfsdk:"description"`
	Ports       portsValue   `tfsdk:"ports"`
	Addresses   types.String `tfsdk:"addresses"`
	Mode        types.String `tfsdk:"mode"`
	Rate        types.Int64  `tfsdk:"rate"`
	HostRate    types.Int64  `tfsdk:"host_rate"`
	MaxBytes    types.Int64  `tfsdk:"max_bytes"`
	Resolvers   types.String `tfsdk:"resolvers"`
	Checks      types.Object `tfsdk:"checks"`
}

func newScanProfileResource() resource.Resource { return newRecordResource(scanProfileRecord()) }

func scanProfileRecord() recordType[engine.ScanProfile, *engine.ScanProfile, scanProfileModel] {
	return recordType[engine.ScanProfile, *engine.ScanProfile, scanProfileModel]{
		name: "scan_profile", word: "scan profile",
		doc: "How scans go about their work, declared once under a name. Scans use it by id or name; what a scan says itself wins. " +
			"Changing a profile changes no scan there is.",
		attributes: scanProfileAttributes(),
		records:    (*client.Client).ScanProfiles,
		stamp:      func(m *scanProfileModel) *recordStamp { return &m.recordStamp },
		declare:    func(p recordPlan[scanProfileModel]) engine.ScanProfile { return p.Plan.declared() },
		record:     (*scanProfileModel).record,
	}
}

func scanProfileAttributes() map[string]schema.Attribute {
	unlimited := []validator.Int64{int64validator.AtLeast(0)}
	return map[string]schema.Attribute{
		"name":        schema.StringAttribute{Required: true, MarkdownDescription: "Unique in the team, whatever its case."},
		"description": schema.StringAttribute{Optional: true, MarkdownDescription: fmt.Sprintf("What it is for, at most %d characters.", engine.MaxNoteRunes)},
		"ports": schema.StringAttribute{
			Optional: true, CustomType: portsType{},
			MarkdownDescription: "Ports of scans that name none, written as in `portolan_scan`.",
		},
		"addresses": schema.StringAttribute{
			Optional: true, Validators: []validator.String{stringvalidator.OneOf("one", "all")},
			MarkdownDescription: "How many addresses of a name are scanned: `one` (the lowest, used when unset) or `all`.",
		},
		"mode": schema.StringAttribute{
			Optional: true, Validators: []validator.String{stringvalidator.OneOf("auto", "connect", "syn")},
			MarkdownDescription: "How TCP ports are tried: `auto` (used when unset), `connect` (whole connections) or `syn` (bare SYN packets, which need the right to open raw sockets).",
		},
		"rate":      schema.Int64Attribute{Optional: true, Validators: unlimited, MarkdownDescription: "Packets a second over each part of a scan. No limit when unset or `0`."},
		"host_rate": schema.Int64Attribute{Optional: true, Validators: unlimited, MarkdownDescription: "Packets a second to one host. No limit when unset or `0`."},
		"checks": schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "Which checks are asked, by their ids or families, such as `redis.no-auth` or `tls`. All when unset.",
			Attributes: map[string]schema.Attribute{
				"only": schema.SetAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "Only these."},
				"skip": schema.SetAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "Not these, even if they are in `only`."},
			},
		},
		"resolvers": schema.StringAttribute{Optional: true, MarkdownDescription: "Name servers to ask, separated by commas, as in `192.0.2.53,192.0.2.54:5353`; they must be in the scope of the engine. Those of the system that scans when unset."},
		"max_bytes": schema.Int64Attribute{Optional: true, Validators: unlimited, MarkdownDescription: "Bytes sent and read over each part of a scan. No limit when unset or `0`."},
	}
}

func (m *scanProfileModel) declared() engine.ScanProfile {
	return engine.ScanProfile{
		Name: m.Name.ValueString(), Description: m.Description.ValueString(), Ports: m.Ports.ports(),
		Profile: engine.Profile{
			Addresses: engine.Addresses(m.Addresses.ValueString()), Mode: engine.ScanMode(m.Mode.ValueString()),
			Rate: int(m.Rate.ValueInt64()), HostRate: int(m.HostRate.ValueInt64()), MaxBytes: m.MaxBytes.ValueInt64(), Checks: checksIn(m.Checks),
			Resolvers: engine.NameServers(m.Resolvers.ValueString()),
		},
	}
}

func (m *scanProfileModel) record(p engine.ScanProfile) {
	m.Name, m.Description = textAfter(m.Name, p.Name), textAfter(m.Description, p.Description)
	if !samePorts(m.Ports.ports(), p.Ports) || m.Ports.IsUnknown() {
		m.Ports = newPortsValue(p.Ports)
	}
	m.Addresses, m.Mode = textAfter(m.Addresses, string(p.Addresses)), textAfter(m.Mode, string(p.Mode))
	m.Resolvers = textAfter(m.Resolvers, string(p.Resolvers))
	m.Rate, m.HostRate, m.MaxBytes = intAfter(m.Rate, int64(p.Rate)), intAfter(m.HostRate, int64(p.HostRate)), intAfter(m.MaxBytes, p.MaxBytes)
	if now := p.Checks; m.Checks.IsUnknown() || !reflect.DeepEqual(checksIn(m.Checks), now) {
		m.Checks = checksValue(now)
	}
}

// checksIn reads the selection of checks in an object.
func checksIn(object types.Object) (s engine.CheckSelection) {
	for name, to := range map[string]*[]string{"only": &s.Only, "skip": &s.Skip} {
		if set, ok := object.Attributes()[name].(types.Set); ok {
			*to = textsIn(set)
		}
	}
	return s
}

func checksValue(s engine.CheckSelection) types.Object {
	texts := types.SetType{ElemType: types.StringType}
	of := map[string]attr.Type{"only": texts, "skip": texts}
	if s.IsZero() {
		return types.ObjectNull(of)
	}
	none := types.SetNull(types.StringType)
	return types.ObjectValueMust(of, map[string]attr.Value{"only": setAfter(none, s.Only), "skip": setAfter(none, s.Skip)})
}
