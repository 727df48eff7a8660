package provider

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// The functions below give the value of an attribute after the engine has spoken. The
// engine does not know null: an attribute that is not set, or set to nothing, stays what
// it is as long as there is nothing.

// textAfter is a text; "" is nothing.
func textAfter(was types.String, now string) types.String {
	if now == was.ValueString() && !was.IsUnknown() {
		return was
	}
	lines := strings.Split(now, "\n")
	for i, line := range lines {
		lines[i] = clean(line, textLength)
	}
	return types.StringValue(strings.Join(lines, "\n"))
}

// intAfter is a number; 0 is nothing.
func intAfter(was types.Int64, now int64) types.Int64 {
	if now == 0 && was.ValueInt64() == 0 && !was.IsUnknown() {
		return was
	}
	return types.Int64Value(now)
}

// timeAfter is a time; nil is nothing. The same moment stays as it is written.
func timeAfter(was timetypes.RFC3339, now *time.Time) timetypes.RFC3339 {
	before := timeIn(was)
	if !was.IsUnknown() && (before == nil) == (now == nil) && (now == nil || before.Equal(*now)) {
		return was
	}
	return timetypes.NewRFC3339TimePointerValue(now)
}

// timeIn gives the time of an attribute; nil for null. What is no time its type has refused.
func timeIn(value timetypes.RFC3339) *time.Time {
	if value.IsNull() || value.IsUnknown() {
		return nil
	}
	at, diags := value.ValueRFC3339Time()
	if diags.HasError() {
		return nil
	}
	return &at
}

// targetsAfter are targets; an empty list is nothing. The same ones stay as they are written.
func targetsAfter(was types.List, now []engine.Target) types.List {
	if !was.IsUnknown() && sameTargets(targetsOf(was), now) {
		return was
	}
	return listOfTargets(now)
}

// setAfter is a set of texts; an empty one is nothing.
func setAfter(was types.Set, now []string) types.Set {
	if len(now) == 0 && len(was.Elements()) == 0 && !was.IsUnknown() {
		return was
	}
	elements := make([]attr.Value, len(now))
	for i, text := range now {
		elements[i] = types.StringValue(clean(text, textLength))
	}
	return types.SetValueMust(types.StringType, elements)
}

// mapAfter is texts by names; an empty one is nothing.
func mapAfter(was types.Map, now map[string]string) types.Map {
	if len(now) == 0 && len(was.Elements()) == 0 && !was.IsUnknown() {
		return was
	}
	elements := map[string]attr.Value{}
	for key, text := range now {
		elements[key] = types.StringValue(clean(text, textLength))
	}
	return types.MapValueMust(types.StringType, elements)
}

// textsIn gives the texts of a set, sorted.
func textsIn(set types.Set) []string {
	var texts []string
	for _, e := range set.Elements() {
		if text, ok := e.(types.String); ok {
			texts = append(texts, text.ValueString())
		}
	}
	slices.Sort(texts)
	return texts
}

// textsBy gives the texts of a map.
func textsBy(m types.Map) map[string]string {
	texts := map[string]string{}
	for key, e := range maps.All(m.Elements()) {
		if text, ok := e.(types.String); ok {
			texts[key] = text.ValueString()
		}
	}
	return texts
}

// idText is the id of a record as Terraform keeps ids.
func idText(noun engine.Noun) string { return fmt.Sprint(noun.Stamped().ID) }

// recordIDsIn gives the ids in a set, rising. What is no id a validator has refused.
func recordIDsIn(set types.Set) []engine.RecordID {
	var ids []engine.RecordID
	for _, text := range textsIn(set) {
		if id, err := parseRecordID(text); err == nil {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

func idTexts(ids []engine.RecordID) []string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = fmt.Sprint(id)
	}
	return texts
}

// areRecordIDs refuses what is no id of a record.
func areRecordIDs() []validator.Set {
	return []validator.Set{setvalidator.ValueStringsAre(stringvalidator.RegexMatches(regexp.MustCompile(`^[1-9][0-9]{0,17}$`), "must be the id of a record, as in its attribute id"))}
}
