package provider

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/float64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// scanSchemaVersion counts the forms of the state; see scan_upgrade.go.
const scanSchemaVersion = 1

// Schema describes the resource.
func (r *scanResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := map[string]schema.Attribute{"timeouts": scanTimeouts(ctx)}
	for _, part := range []map[string]schema.Attribute{scanSpace(), scanOccasions(), scanVerdict(), scanManners(), scanOutputs()} {
		maps.Copy(attributes, part)
	}
	resp.Schema = schema.Schema{
		Version: scanSchemaVersion,
		MarkdownDescription: "One run of a scan: `terraform apply` starts it, waits for it and records the outcome. " +
			"Other targets, exclusions, ports, expectations or `triggers`, and a scan older than `max_age`, scan again; everything else, and the same targets in another order or spelling, is changed in place.",
		Attributes: attributes,
	}
}

// inlineTargets is a list of targets that has to be there.
func inlineTargets() schema.ListAttribute {
	return schema.ListAttribute{
		Required: true, ElementType: targetType{},
		MarkdownDescription: fmt.Sprintf("What to scan: IPv4 and IPv6 addresses, CIDRs and domain names, at most %d entries. Order and spelling do not matter.", maxInlineTargets),
		Validators:          []validator.List{targetsValidator{}},
	}
}

// scanSpace is what is scanned, and what should be there.
func scanSpace() map[string]schema.Attribute {
	targets := inlineTargets()
	targets.Required, targets.Optional = false, true
	targets.MarkdownDescription += " Either this or `targets_file`."
	targets.Validators = append(targets.Validators, listvalidator.ExactlyOneOf(path.MatchRoot("targets"), path.MatchRoot("targets_file")))
	return map[string]schema.Attribute{
		"targets": targets,
		"targets_file": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: fmt.Sprintf("File with what to scan, one target a line, at most %d; `#` begins a comment. Scanned again when the set of targets in it is another one. The state keeps its hash, not its content.", engine.MaxTargets),
			Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
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
		"profile_id": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Id or name of a `portolan_scan_profile` that says what this leaves open: ports, rates, the mode and the addresses of names. A scan keeps what it used; to scan again when the profile changes, put its `version` into `triggers`.",
			Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
		},
		"expect": expectSchema(listplanmodifier.RequiresReplace()),
	}
}

// scanOccasions is when it is scanned again.
func scanOccasions() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"triggers": schema.MapAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Any values whose change scans again, for example an image digest or a date.",
			PlanModifiers:       []planmodifier.Map{mapplanmodifier.RequiresReplace()},
		},
		"max_age": schema.StringAttribute{
			Optional: true, CustomType: timetypes.GoDurationType{},
			MarkdownDescription: "How old the scan may be, counted from its end, such as `24h`: a plan made later scans again. `0s` scans with every apply. Unset, it may be of any age.",
			Validators:          []validator.String{durationValidator{}},
		},
	}
}

// scanVerdict is what becomes of what was found.
func scanVerdict() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"fail_on": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "What fails the apply, as the [policy](../guides/policy) of `portolan scan --fail-on` says it: `high` (that or worse), `medium>=10`, `new:medium`, `rule:redis.*`, `expr: kev || cvss >= 9`, several with commas. " +
				"The scan is kept and marked as tainted, so that the next apply scans again. Unlike a `postcondition`, this never blocks the next plan.",
			Validators: []validator.String{policyValidator{}},
		},
		"warn_on": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "What apply warns of, in the same language.",
			Validators:          []validator.String{policyValidator{}},
		},
		"baseline_scan_id": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "An earlier scan that tells what is new: `new:` in a policy, `new` and `fixed` in `summary`. Without one all findings are new.",
			Validators:          []validator.String{scanIDValidator{}},
		},
		"suppressions": suppressionsSchema(),
		"suppressions_file": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "File of [suppressions](../guides/policy), as `portolan suppress` writes it, beside those in `suppressions`. When its content changes, the findings are judged again.",
			Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
		},
	}
}

func labelAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: fmt.Sprintf("Name of the scan, at most %d characters. The engine names it by its time when unset.", engine.MaxLabelRunes),
		Validators:          []validator.String{stringvalidator.UTF8LengthBetween(1, engine.MaxLabelRunes)},
		PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
}

// scanManners is how Terraform and the scan get on.
func scanManners() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"label": labelAttribute(),
		"wait": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(true),
			MarkdownDescription: "Whether apply waits until the scan has ended. Default `true`. `false` needs an engine that stays: a server at the provider's `endpoint` or on its data folder, or `embedded.detached`.",
		},
		"priority": schema.Int64Attribute{
			Optional:            true,
			MarkdownDescription: "How many scans that wait this one passes; below 0, how many it lets pass. Counts while it is pending only. Default `0`.",
			Validators:          []validator.Int64{int64validator.Between(-1_000_000, 1_000_000)},
		},
		"on_destroy": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString(destroyDeletes),
			MarkdownDescription: "`delete` (default) cancels and erases the scan when the resource is destroyed or replaced; `keep` leaves it in the engine as it is.",
			Validators:          []validator.String{stringvalidator.OneOf(destroyDeletes, destroyKeeps)},
		},
		"on_interrupt": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString(interruptCancels),
			MarkdownDescription: "`cancel` (default) ends the scan when apply is interrupted or its time is up; `detach` lets it go on, which needs an engine that stays. Either way the resource is tainted and the next apply scans again; with `on_destroy = \"keep\"` the first scan stays.",
			Validators:          []validator.String{stringvalidator.OneOf(interruptCancels, interruptDetaches)},
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
		"estimated_time_to_complete": schema.Float64Attribute{
			Computed: true, MarkdownDescription: "Seconds until the scan will probably have ended; null where that cannot be told, and after the end.",
			PlanModifiers: []planmodifier.Float64{float64planmodifier.UseStateForUnknown()},
		},
		"result_count":        intOutput("How many responses the scan has collected."),
		"address_count":       schema.Int64Attribute{Computed: true, MarkdownDescription: "How many addresses and names the targets stand for, each target once. Known at plan time."},
		"targets_sha256":      schema.StringAttribute{Computed: true, MarkdownDescription: "Hash of the targets, the same for every order and spelling. Known at plan time."},
		"suppressions_sha256": schema.StringAttribute{Computed: true, MarkdownDescription: "Hash of the content of `suppressions_file`; null without one. Known at plan time."},
		"owner":               stringOutput("E-mail address of the user the scan belongs to."),
		"is_scan_from_team": schema.BoolAttribute{
			Computed: true, MarkdownDescription: "Whether the scan belongs to somebody else in the team.",
			PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
		},
		"coins_spent": intOutput("Scan coins the scan has cost; 0 until it has ended, and under a plan without a limit."),
		"url":         stringOutput("Address of the scan in the API of a server; null for the engine inside the provider."),
		"engine_id":   stringOutput("The engine that holds the scan. Where another engine is configured, the scan's recorded results are kept as they are."),
		"summary":     summaryOutput(),
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
	descriptions := summaryDescriptions()
	descriptions["new"] = "Findings that the scan of `baseline_scan_id` has not; null without it."
	descriptions["fixed"] = "Findings of the scan of `baseline_scan_id` that are gone, as far as this scan can tell; null without it."
	for name, description := range descriptions {
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
		"new":      "Findings that the scan of `baseline_scan_id` has not; null without it.",
		"fixed":    "Findings of the scan of `baseline_scan_id` that are gone, as far as this scan can tell; null without it.",
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
