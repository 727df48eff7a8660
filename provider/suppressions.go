package provider

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// inlineSuppressions is where suppressions of a configuration stand.
const inlineSuppressions = "suppressions"

// maxInlineSuppressions is how many suppressions a configuration may list; a file may
// have more.
const maxInlineSuppressions = 1000

func suppressionsSchema() schema.Attribute {
	members := map[string]schema.Attribute{"port": schema.Int64Attribute{
		Optional: true, MarkdownDescription: "Port of the finding.", Validators: []validator.Int64{int64validator.Between(1, 65535)},
	}}
	for name, description := range suppressionDescriptions() {
		isRequired := name == "reason" || name == "expires"
		members[name] = schema.StringAttribute{Optional: !isRequired, Required: isRequired, MarkdownDescription: description}
	}
	return schema.ListNestedAttribute{
		Optional: true, NestedObject: schema.NestedAttributeObject{Attributes: members},
		MarkdownDescription: "Findings that are set aside before `fail_on` and `warn_on` judge: one by its `id`, or all that every given matcher (`rule`, `target`, `port`, `path`, `severity`) matches. The first that matches counts. One that has expired does not apply, and apply warns of it.",
		Validators:          []validator.List{listvalidator.SizeAtMost(maxInlineSuppressions)},
	}
}

func suppressionDescriptions() map[string]string {
	return map[string]string{
		"id":       "Fingerprint of a finding, 16 digits from 0 to f.",
		"rule":     "Check, or a pattern of checks such as `tls.*`.",
		"target":   "Name or address, a pattern of them, or a CIDR.",
		"path":     "Path, or a pattern of paths.",
		"severity": "Ceiling such as `<=medium`: worse findings are never set aside.",
		"reason":   "Why the finding may stay.",
		"expires":  "The last day it holds, such as `2027-01-31`, at most 366 days ahead.",
		"status":   "`accepted` (default), `false-positive`, `mitigated` or `in-progress`.",
		"owner":    "Who is answerable.",
		"ticket":   "Where it is followed.",
	}
}

// suppressionsOf reads a list. What is not known yet is left out.
func suppressionsOf(list types.List, at time.Time) ([]policy.Suppression, error) {
	var all []policy.Suppression
	for i, element := range list.Elements() {
		object, ok := element.(types.Object)
		if !ok || hasUnknown(object) {
			continue
		}
		one, err := suppressionOf(object, at)
		if err != nil {
			return nil, engine.In(fmt.Sprintf("suppressions[%d]", i), err)
		}
		one.File, one.Line = inlineSuppressions, i+1
		all = append(all, one)
	}
	return all, nil
}

func suppressionOf(object types.Object, at time.Time) (policy.Suppression, error) {
	members := object.Attributes()
	text := func(name string) string {
		value, _ := members[name].(types.String)
		return value.ValueString()
	}
	port, _ := members["port"].(types.Int64)
	return policy.SuppressionText{
		ID: text("id"), Rule: text("rule"), Target: text("target"), Path: text("path"), Severity: text("severity"), Port: int(port.ValueInt64()),
		Reason: text("reason"), Expires: text("expires"), Status: text("status"), Owner: text("owner"), Ticket: text("ticket"),
	}.Parse(at)
}

// readSuppressions reads both lists of a model.
func (m *scanModel) readSuppressions(at time.Time) (policy.Suppressions, error) {
	list, err := suppressionsOf(m.Suppressions, at)
	if err != nil || m.SuppressionsFile.ValueString() == "" {
		return policy.Suppressions{List: list}, err
	}
	name := m.SuppressionsFile.ValueString()
	text, err := os.ReadFile(name)
	if err != nil {
		return policy.Suppressions{}, badFile("suppressions_file", name, err)
	}
	read, err := policy.ReadSuppressions(text, name, at)
	if err != nil {
		return read, inField("suppressions_file", err)
	}
	return policy.Suppressions{List: append(list, read.List...)}, nil
}

// inField gives an error again with another field.
func inField(field string, err error) error {
	var e *engine.Error
	if !errors.As(err, &e) {
		return err
	}
	named := *e
	named.Field = field
	return &named
}

// planSuppressions hashes the file, so that another content is a change of the plan, and
// reports what is wrong with both lists.
func (m *scanModel) planSuppressions(diags *diag.Diagnostics, at time.Time) {
	m.SuppressionsSHA256 = types.StringNull()
	if m.SuppressionsFile.IsUnknown() {
		m.SuppressionsSHA256 = types.StringUnknown()
		return
	}
	if _, err := m.readSuppressions(at); err != nil && !errors.Is(err, fs.ErrNotExist) {
		addError(diags, "read the suppressions", err, "suppressions", "suppressions_file")
		return
	}
	if m.SuppressionsFile.IsNull() {
		return
	}
	text, err := os.ReadFile(m.SuppressionsFile.ValueString())
	if err != nil { // it may be made in the same run
		m.SuppressionsSHA256 = types.StringUnknown()
		return
	}
	m.SuppressionsSHA256 = types.StringValue(digestOf(text))
}

// recordSuppressions notes the content of the file that was judged by.
func (m *scanModel) recordSuppressions() {
	m.SuppressionsSHA256 = types.StringNull()
	if text, err := os.ReadFile(m.SuppressionsFile.ValueString()); err == nil {
		m.SuppressionsSHA256 = types.StringValue(digestOf(text))
	}
}

func digestOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
