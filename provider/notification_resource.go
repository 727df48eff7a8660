package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
)

// notificationModel is portolan_notification as Terraform keeps it. The secret is in no
// state: secret_wo_version says when there is a new one.
type notificationModel struct {
	recordStamp

	Name            types.String `tfsdk:"name"`
	Kind            types.String `tfsdk:"kind"`
	Events          types.Set    `tfsdk:"events"`
	MinSeverity     types.String `tfsdk:"min_severity"`
	Enabled         types.Bool   `tfsdk:"enabled"`
	URL             types.String `tfsdk:"url"`
	To              types.Set    `tfsdk:"to"`
	SecretWO        types.String `tfsdk:"secret_wo"`
	SecretWOVersion types.Int64  `tfsdk:"secret_wo_version"`
}

func newNotificationResource() resource.Resource { return newRecordResource(notificationRecord()) }

func notificationRecord() recordType[engine.Notification, *engine.Notification, notificationModel] {
	return recordType[engine.Notification, *engine.Notification, notificationModel]{
		name: "notification", word: "notification",
		doc: "Tells people, or other programs, of what has happened: scans that end, what they found that was not there before, schedules that fail. " +
			"See the guide on notifications for what is sent, and how a receiver checks that it was.",
		attributes: notificationAttributes(),
		records:    (*client.Client).Notifications,
		stamp:      func(m *notificationModel) *recordStamp { return &m.recordStamp },
		declare:    declaredNotification,
		record:     (*notificationModel).record,
	}
}

func notificationAttributes() map[string]schema.Attribute {
	events := make([]string, len(engine.NoticeEvents()))
	for i, event := range engine.NoticeEvents() {
		events[i] = string(event)
	}
	return map[string]schema.Attribute{
		"name": schema.StringAttribute{Required: true, MarkdownDescription: "Unique in the team, whatever its case."},
		"kind": schema.StringAttribute{
			Required: true, Validators: []validator.String{stringvalidator.OneOf("webhook", "email", "slack")},
			MarkdownDescription: "`webhook` posts signed JSON to `url`, `email` sends by the server's mail server, `slack` posts to an incoming webhook of Slack, or of what understands the same.",
		},
		"events": schema.SetAttribute{
			Required: true, ElementType: types.StringType, Validators: []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(stringvalidator.OneOf(events...))},
			MarkdownDescription: "What it tells of: `scan.done`, `scan.failed`, `scan.cancelled`, `findings.new` (one for a scan that found what was not there before), `issue.new` and `issue.revived` (one for each issue), `schedule.failed`; `agent.lost` is reserved.",
		},
		"min_severity": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString("info"), Validators: []validator.String{stringvalidator.OneOf(engine.SeverityWords()...)},
			MarkdownDescription: "Findings and issues that are less bad are not told. Default `info`: all are.",
		},
		"enabled": schema.BoolAttribute{Optional: true, Computed: true, Default: booldefault.StaticBool(true), MarkdownDescription: "Whether it tells anybody. Default `true`."},
		"url":     schema.StringAttribute{Optional: true, MarkdownDescription: "Where a webhook posts to, by https. Private addresses need a server that was started with `--notify-private`."},
		"to":      schema.SetAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "E-mail addresses of an email."},
		"secret_wo": schema.StringAttribute{
			Optional: true, WriteOnly: true, Sensitive: true, Validators: []validator.String{stringvalidator.AlsoRequires(path.MatchRoot("secret_wo_version"))},
			MarkdownDescription: "Of a webhook the key of its signatures, 16 characters at least; of `slack` the URL. It is in no plan and no state, and the engine never shows it. Needs Terraform 1.11 or OpenTofu 1.11.",
		},
		"secret_wo_version": schema.Int64Attribute{
			Optional: true, Validators: []validator.Int64{int64validator.AtLeast(1), int64validator.AlsoRequires(path.MatchRoot("secret_wo"))},
			MarkdownDescription: "Another number says that `secret_wo` is another: Terraform cannot see it.",
		},
	}
}

// declaredNotification sends the secret if it is a new one, or if the engine would not
// take the one it has along.
func declaredNotification(p recordPlan[notificationModel]) engine.Notification {
	m := p.Plan
	n := engine.Notification{
		Name: m.Name.ValueString(), Kind: engine.Channel(m.Kind.ValueString()), MinSeverity: engine.Severity(m.MinSeverity.ValueString()),
		Enabled: m.Enabled.ValueBoolPointer(), URL: m.URL.ValueString(), To: textsIn(m.To),
	}
	for _, event := range textsIn(m.Events) {
		n.Events = append(n.Events, engine.NoticeEvent(event))
	}
	prior := p.Prior
	if prior == nil || !prior.SecretWOVersion.Equal(m.SecretWOVersion) || !prior.Kind.Equal(m.Kind) || !prior.URL.Equal(m.URL) {
		n.Secret = p.Config.SecretWO.ValueString()
	}
	return n
}

func (m *notificationModel) record(n engine.Notification) {
	m.Name, m.Kind = textAfter(m.Name, n.Name), types.StringValue(string(n.Kind))
	events := make([]string, len(n.Events))
	for i, event := range n.Events {
		events[i] = string(event)
	}
	m.Events, m.To = setAfter(m.Events, events), setAfter(m.To, n.To)
	m.MinSeverity, m.Enabled, m.URL = types.StringValue(string(n.MinSeverity)), types.BoolValue(n.IsEnabled()), textAfter(m.URL, n.URL)
	m.SecretWO = types.StringNull()
}
