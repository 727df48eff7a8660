package provider

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
)

// Most of what people declare is kept by the engine in one way, as records, and so it is
// one thing here too: a resource, and where it helps a data source, of a noun is a
// recordType, a model and nothing else.
//
//	record_crud.go    create, read, update, delete, import
//	record_lookup.go  look up by id or by name
//	record_value.go   what is empty there and null here is the same

// recordType is what there is to know of the records of a noun T, which Terraform keeps
// as a model M: a struct with tfsdk tags that embeds a recordStamp.
type recordType[T any, P engine.NounOf[T], M any] struct {
	name       string // "scan_profile": the object is portolan_scan_profile
	word       string // "scan profile"
	doc        string
	attributes map[string]schema.Attribute // the noun's own
	records    func(*client.Client) client.Records[T, P]
	stamp      func(*M) *recordStamp
	inside     string // a member of the noun whose members are attributes of their own here; "" for none

	// declare gives what a plan asks for.
	declare func(recordPlan[M]) T
	// record takes over what the engine says. What the user says stays as it is written
	// where the engine means the same by it.
	record func(*M, T)
	// canonical gives the form in which the engine keeps a name; nil leaves it.
	canonical func(name string) string
	// permit reports what the guard of the provider lets nobody scan, as far as it is known
	// yet; nil for a noun that leads to no scan.
	permit func(guard, *M, *diag.Diagnostics)
}

// recordPlan is what declare reads. Write-only attributes have a value in Config alone.
type recordPlan[M any] struct {
	Plan, Config M
	Prior        *M // nil for a new record
}

// recordStamp is what all records have, see [engine.Stamp].
type recordStamp struct {
	ID        types.String      `tfsdk:"id"`
	Version   types.Int64       `tfsdk:"version"`
	CreatedAt timetypes.RFC3339 `tfsdk:"created_at"`
	UpdatedAt timetypes.RFC3339 `tfsdk:"updated_at"`
	EngineID  types.String      `tfsdk:"engine_id"`
}

// recordID reads the id in a state.
func (s *recordStamp) recordID() (engine.RecordID, error) { return parseRecordID(s.ID.ValueString()) }

func parseRecordID(text string) (engine.RecordID, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 {
		return 0, &engine.Error{Kind: engine.Invalid, Title: "Id is not valid", Field: "id", Detail: fmt.Sprintf("%q is no id", text), Hint: `write the number alone, as in "7"`}
	}
	return engine.RecordID(n), nil
}

// isForeign reports a record of another engine than the one at hand, where its id is
// somebody else's. An import has none recorded yet.
func (s *recordStamp) isForeign(about engine.About) bool {
	recorded := s.EngineID.ValueString()
	return recorded != "" && recorded != about.EngineID
}

// take records what the engine says of a record.
func (t *recordType[T, P, M]) take(model *M, kept T, about engine.About) {
	t.record(model, kept)
	stamp := P(&kept).Stamped()
	*t.stamp(model) = recordStamp{
		ID: types.StringValue(fmt.Sprint(stamp.ID)), Version: types.Int64Value(stamp.Version),
		CreatedAt: timetypes.NewRFC3339TimeValue(stamp.CreatedAt), UpdatedAt: timetypes.NewRFC3339TimeValue(stamp.UpdatedAt),
		EngineID: types.StringValue(about.EngineID),
	}
}

// find looks a record up by its id or, if there is none, by its name.
func (t *recordType[T, P, M]) find(ctx context.Context, c *client.Client, ref string) (kept T, err error) {
	if id, err := parseRecordID(ref); err == nil {
		kept, err := t.records(c).Get(ctx, id)
		if engine.KindOf(err) != engine.NotFound {
			return kept, err
		}
	}
	return t.named(ctx, c, ref)
}

// named looks a record up by its name.
func (t *recordType[T, P, M]) named(ctx context.Context, c *client.Client, name string) (T, error) {
	if t.canonical != nil {
		name = t.canonical(name)
	}
	return t.records(c).Find(ctx, name)
}

// report shows an error at the attribute it is about. The elements of a set have no
// place that could be pointed at.
func (t *recordType[T, P, M]) report(diags *diag.Diagnostics, doing string, err error) {
	var e *engine.Error
	if errors.As(err, &e) {
		inner := *e
		inner.Field = strings.TrimPrefix(e.Field, t.inside+".")
		name, _, _ := strings.Cut(inner.Field, "[")
		if _, isSet := t.attributes[name].(schema.SetAttribute); isSet {
			inner.Field = name
		}
		err = &inner
	}
	addError(diags, doing, err, slices.Sorted(maps.Keys(t.attributes))...)
}

// schema is that of the resource.
func (t *recordType[T, P, M]) schema() schema.Schema {
	attributes := maps.Clone(t.attributes)
	maps.Copy(attributes, map[string]schema.Attribute{
		"id":         stringOutput("Number of the " + t.word + ", unique in its engine."),
		"version":    schema.Int64Attribute{Computed: true, MarkdownDescription: "How often it was written: 1 when it is new. Somebody else's change is never overwritten unseen: then the apply fails, and the next plan shows it."},
		"created_at": timeOutput("When it was declared, RFC 3339."),
		"updated_at": schema.StringAttribute{Computed: true, CustomType: timetypes.RFC3339Type{}, MarkdownDescription: "When it was written last, RFC 3339."},
		"engine_id": schema.StringAttribute{
			Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			MarkdownDescription: "The engine that keeps it. Where another engine is configured, it is declared there anew.",
		},
	})
	return schema.Schema{MarkdownDescription: t.doc, Attributes: attributes}
}
