package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
)

// targetGroupModel is portolan_target_group as Terraform keeps it.
type targetGroupModel struct {
	recordStamp

	Name        types.String `tfsdk:"name"`
	Description types.String `tfsdk:"description"`
	TargetIDs   types.Set    `tfsdk:"target_ids"`
}

func newTargetGroupResource() resource.Resource { return newRecordResource(targetGroupRecord()) }

func targetGroupRecord() recordType[engine.TargetGroup, *engine.TargetGroup, targetGroupModel] {
	return recordType[engine.TargetGroup, *engine.TargetGroup, targetGroupModel]{
		name: "target_group", word: "target group",
		doc: "Targets that belong together, under a name: scans of the group are scans of what is in it then.",
		attributes: map[string]schema.Attribute{
			"name":        schema.StringAttribute{Required: true, MarkdownDescription: "Unique in the team, whatever its case."},
			"description": schema.StringAttribute{Optional: true, MarkdownDescription: fmt.Sprintf("What it is for, at most %d characters.", engine.MaxNoteRunes)},
			"target_ids":  schema.SetAttribute{Optional: true, ElementType: types.StringType, Validators: areRecordIDs(), MarkdownDescription: "The `id` of each `portolan_target` in it. A target cannot be deleted as long as it is in a group."},
		},
		records: (*client.Client).TargetGroups,
		stamp:   func(m *targetGroupModel) *recordStamp { return &m.recordStamp },
		declare: func(p recordPlan[targetGroupModel]) engine.TargetGroup { return p.Plan.declared() },
		record:  (*targetGroupModel).record,
	}
}

func (m *targetGroupModel) declared() engine.TargetGroup {
	return engine.TargetGroup{Name: m.Name.ValueString(), Description: m.Description.ValueString(), TargetIDs: recordIDsIn(m.TargetIDs)}
}

func (m *targetGroupModel) record(g engine.TargetGroup) {
	m.Name, m.Description = textAfter(m.Name, g.Name), textAfter(m.Description, g.Description)
	m.TargetIDs = setAfter(m.TargetIDs, idTexts(g.TargetIDs))
}
