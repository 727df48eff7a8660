package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Schema describes the resource.
func (r *scanResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := scanInputs()
	for name, a := range scanOutputs() {
		attributes[name] = a
	}
	attributes["timeouts"] = scanTimeouts(ctx)
	resp.Schema = schema.Schema{
		MarkdownDescription: "One run of a scan: `terraform apply` starts it, waits for it and records the outcome. " +
			"Other targets, exclusions, ports, expectations or `triggers` scan again; everything else, and the same targets in another order or spelling, is changed in place.",
		Attributes: attributes,
	}
}

func scanInputs() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"targets": schema.ListAttribute{
			Required: true, ElementType: targetType{},
			MarkdownDescription: fmt.Sprintf("What to scan: IPv4 and IPv6 addresses, CIDRs and domain names, at most %d entries. Order and spelling do not matter.", maxInlineTargets),
			Validators:          []validator.List{targetsValidator{}},
			PlanModifiers:       []planmodifier.List{replaceIfOtherTargets()},
		},
		"exclude": schema.ListAttribute{
			Optional: true, ElementType: targetType{},
			MarkdownDescription: "Addresses and CIDRs that are never touched, even if a target holds them.",
			Validators:          []validator.List{exclusionsValidator{}},
			PlanModifiers:       []planmodifier.List{replaceIfOtherTargets()},
		},
		"ports": schema.StringAttribute{
			Optional: true, CustomType: portsType{},
			MarkdownDescription: "Ports: a comma list of TCP ports, ranges, UDP ports such as `161/udp`, and the sets `common` (141 TCP ports), `default` (1,253 TCP and 5 UDP ports, used when unset) and `all` (every TCP port), for example `22,80,8000-8100,53/udp`.",
			PlanModifiers:       []planmodifier.String{replaceIfOtherPorts()},
		},
		"label": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: fmt.Sprintf("Name of the scan, at most %d characters. The engine names it by its time when unset.", engine.MaxLabelRunes),
			Validators:          []validator.String{stringvalidator.UTF8LengthBetween(1, engine.MaxLabelRunes)},
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"triggers": schema.MapAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Any values whose change scans again, for example an image digest or a date.",
			PlanModifiers:       []planmodifier.Map{mapplanmodifier.RequiresReplace()},
		},
		"wait": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(true),
			MarkdownDescription: "Whether apply waits until the scan has ended. Default `true`. `false` needs a server at the provider's `endpoint`, because the engine inside the provider ends with apply.",
		},
		"expect":  expectSchema(),
		"fail_on": failOnSchema(),
	}
}

func failOnSchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "Fail the apply on findings. The scan is kept and marked as tainted, so that the next apply scans again. " +
			"Unlike a `postcondition`, this never blocks the next plan.",
		Attributes: map[string]schema.Attribute{
			"severity": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Findings of this severity or worse count: `critical`, `high`, `medium`, `low` or `info`.",
				Validators:          []validator.String{severityValidator{}},
			},
			"max_count": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "How many such findings are still accepted. Default `0`.",
				Validators:          []validator.Int64{int64validator.Between(0, 1_000_000)},
			},
			"mode": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "`error` (default) fails the apply, `warning` only says so.",
				Validators:          []validator.String{stringvalidator.OneOf(modeError, modeWarning)},
			},
		},
	}
}

func scanOutputs() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":             stringOutput("Number of the scan, unique in its engine."),
		"index_id":       intOutput("Number of the index with the scan's responses; null until the scan is done, and for good if nothing answered."),
		"status":         stringOutput("`pending`, `in_progress`, `done`, `failed` or `cancelled`."),
		"created_at":     timeOutput("When the scan was created, RFC 3339."),
		"started_at":     timeOutput("When the first address was scanned; null before."),
		"ended_at":       timeOutput("When the scan ended; null before."),
		"queue_position": intOutput("Place in the queue, 1 is next; null unless the scan is pending."),
		"result_count":   intOutput("How many responses the scan has collected."),
		"address_count":  schema.Int64Attribute{Computed: true, MarkdownDescription: "How many addresses and names the targets stand for, each target once. Known at plan time."},
		"targets_sha256": schema.StringAttribute{Computed: true, MarkdownDescription: "Hash of the targets, the same for every order and spelling. Known at plan time."},
		"owner":          stringOutput("E-mail address of the user the scan belongs to."),
		"engine_id":      stringOutput("The engine that holds the scan. Where another engine is configured, the scan's recorded results are kept as they are."),
		"summary":        summaryOutput(),
	}
}

func stringOutput(description string) schema.Attribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()}}
}

func timeOutput(description string) schema.Attribute {
	return schema.StringAttribute{Computed: true, CustomType: timetypes.RFC3339Type{}, MarkdownDescription: description, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()}}
}

func intOutput(description string) schema.Attribute {
	return schema.Int64Attribute{Computed: true, MarkdownDescription: description, PlanModifiers: []planmodifier.Int64{int64planmodifier.UseStateForUnknown()}}
}

func summaryOutput() schema.Attribute {
	members := map[string]schema.Attribute{}
	for name, description := range summaryDescriptions() {
		members[name] = schema.Int64Attribute{Computed: true, MarkdownDescription: description}
	}
	return schema.SingleNestedAttribute{
		Computed: true, Attributes: members,
		MarkdownDescription: "What the scan has found, in figures.",
		PlanModifiers:       []planmodifier.Object{objectplanmodifier.UseStateForUnknown()},
	}
}

func summaryDescriptions() map[string]string {
	return map[string]string{
		"critical": "Critical findings.", "high": "High findings.", "medium": "Medium findings.", "low": "Low findings.", "info": "Informational findings.",
		"total":    "All findings.",
		"hosts_up": "Addresses that answered.", "open_ports": "Open ports.",
		"tasks_failed": "Parts of the scan that could not be completed. With any, what was not found says nothing.",
	}
}

// scanTimeouts is the framework's attribute with our defaults in its texts.
func scanTimeouts(ctx context.Context) schema.Attribute {
	a, ok := timeouts.Attributes(ctx, timeouts.Opts{Create: true, Read: true, Update: true, Delete: true}).(schema.SingleNestedAttribute)
	if !ok {
		return timeouts.AttributesAll(ctx)
	}
	a.MarkdownDescription = "How long operations may take, as durations such as `90s` or `1h30m`."
	for name, text := range map[string]string{
		"create": "Scan and wait for its end; then the scan is cancelled. Default `" + span(createTimeout) + "`.",
		"read":   "Refresh. Default `" + span(readTimeout) + "`.",
		"update": "Change in place, including a wait for the scan's end. Default `" + span(updateTimeout) + "`.",
		"delete": "Cancel and erase. Default `" + span(deleteTimeout) + "`.",
	} {
		if child, ok := a.Attributes[name].(schema.StringAttribute); ok {
			child.MarkdownDescription, child.Description = text, ""
			a.Attributes[name] = child
		}
	}
	return a
}

// span writes whole hours or minutes as people do.
func span(d time.Duration) string {
	if d%time.Hour == 0 {
		return fmt.Sprintf("%dh", d/time.Hour)
	}
	return fmt.Sprintf("%dm", d/time.Minute)
}
