package provider

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// readTargets reads a file of targets: one a line, comments from a # on. An error names
// the file, and the line.
func readTargets(name string) ([]engine.Target, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, badFile("targets_file", name, err)
	}
	var targets []engine.Target
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		word, _, _ := strings.Cut(line, "#")
		if word = strings.TrimSpace(word); word == "" {
			continue
		}
		if err := engine.Target(word).Validate(); err != nil {
			return nil, atLine(name, number, err)
		}
		targets = append(targets, engine.Target(word))
	}
	if err := (engine.ScanRequest{Targets: targets}).Validate(); err != nil {
		return nil, atFile(name, err)
	}
	return targets, nil
}

func badFile(field, name string, err error) error {
	return &engine.Error{
		Kind: engine.Invalid, Title: "File cannot be read", Field: field, Detail: fmt.Sprintf("%s: %v", name, err),
		Hint: "check the path; it is relative to where terraform runs, use path.module for one beside the configuration", Err: err,
	}
}

func atLine(name string, line int, err error) error {
	return atFile(fmt.Sprintf("%s:%d", name, line), err)
}

// atFile gives an error about targets again as one about the file they are from.
func atFile(where string, err error) error {
	var e *engine.Error
	if !errors.As(err, &e) {
		return err
	}
	named := *e
	named.Field, named.Detail = "targets_file", where+": "+e.Detail
	return &named
}

// plannedTargets are the targets of a plan; known is false for those that come to be
// known at apply only, as those of a file that is not there yet.
func (m *scanModel) plannedTargets(diags *diag.Diagnostics) (targets []engine.Target, known bool) {
	if m.TargetsFile.IsNull() {
		return targetsOf(m.Targets), isWhollyKnown(m.Targets)
	}
	if m.TargetsFile.IsUnknown() {
		return nil, false
	}
	targets, err := readTargets(m.TargetsFile.ValueString())
	if errors.Is(err, fs.ErrNotExist) {
		diags.AddAttributeWarning(path.Root("targets_file"), "File of targets is not there yet",
			clean(m.TargetsFile.ValueString(), lineLength)+" does not exist; it will be read when the scan is started.")
		return nil, false
	}
	if err != nil {
		addError(diags, "read the targets", err, "targets_file")
	}
	return targets, err == nil
}

// finalTargets are the targets at apply. Those of a file have to be what was planned.
func (m *scanModel) finalTargets() ([]engine.Target, error) {
	if m.TargetsFile.IsNull() {
		return targetsOf(m.Targets), nil
	}
	targets, err := readTargets(m.TargetsFile.ValueString())
	if err != nil {
		return nil, err
	}
	if !m.TargetsSHA256.IsUnknown() && m.TargetsSHA256.ValueString() != targetsDigest(targets) {
		return nil, &engine.Error{
			Kind: engine.Conflict, Title: "File of targets has changed", Field: "targets_file",
			Detail: m.TargetsFile.ValueString() + " holds other targets than when the plan was made", Hint: "plan again",
		}
	}
	return targets, nil
}
