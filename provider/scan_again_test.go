package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

func TestPlanMaxAge(t *testing.T) {
	withoutEnvironment(t)
	targets := []string{"192.0.2.1"}
	w := configured(t, object{})
	prior := recorded(w, object{"targets": targets})
	for age, want := range map[string][]string{"24h": {"id"}, "0s": {"id"}, "1000000h": nil} {
		resp := w.plan(prior, object{"targets": targets, "max_age": age})
		w.clean(resp)
		if got := replaced(resp); !slices.Equal(got, want) {
			t.Errorf("max_age %s scans again because of %v, want %v", age, got, want)
		}
		if want != nil {
			wantWarning(t, resp, "max_age", "too old", "Scan 7", "max_age is "+age)
		}
	}
	running := recorded(w, object{"targets": targets, "status": "in_progress", "ended_at": nil})
	if got := replaced(w.plan(running, object{"targets": targets, "max_age": "0s"})); got != nil {
		t.Errorf("a scan that runs is scanned again because of %v", got)
	}
}

func TestAccMaxAge(t *testing.T) {
	withoutEnvironment(t)
	zoo, e := enginetest.Services(t), enginetest.Start(t)
	ports := zoo.Ports()
	old, young := serverBlock(e)+scanBlock(ports, `max_age = "0s"`), serverBlock(e)+scanBlock(ports, `max_age = "1h"`)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: inProcess(t),
		Steps: []resource.TestStep{
			{Config: old, ExpectNonEmptyPlan: true, ConfigStateChecks: []statecheck.StateCheck{attribute("id", knownvalue.StringExact("1"))}},
			{Config: old, ExpectNonEmptyPlan: true, ConfigPlanChecks: action(plancheck.ResourceActionReplace), ConfigStateChecks: []statecheck.StateCheck{attribute("id", knownvalue.StringExact("2"))}},
			{Config: young, ConfigPlanChecks: action(plancheck.ResourceActionUpdate), ConfigStateChecks: []statecheck.StateCheck{attribute("id", knownvalue.StringExact("2"))}},
		},
	})
}

func TestPlanTargetsFile(t *testing.T) {
	withoutEnvironment(t)
	file := filepath.Join(t.TempDir(), "targets.txt")
	writeFile(t, file, "# ours\n\n192.0.2.7/24   # office\nEXAMPLE.com.\n")
	w := configured(t, object{})
	list := w.planned(w.plan(noState, object{"targets": []string{"example.com", "192.0.2.0/24"}}))
	planned := w.planned(w.plan(noState, object{"targets_file": file}))
	for _, name := range []string{"address_count", "targets_sha256"} {
		if got, want := member(t, planned, name), member(t, list, name); !got.Equal(want) {
			t.Errorf("%s is %s for a file, %s for a list", name, got, want)
		}
	}
	if !member(t, planned, "targets").IsNull() {
		t.Error("the targets of a file are in the state")
	}
	for name, test := range map[string]struct {
		content string
		parts   []string
	}{
		"misspelt": {"192.0.2.1\n\nhttps://example.com # x\n", []string{file + ":3", "it is a URL"}},
		"empty":    {"# nothing\n", []string{file, "at least one"}},
		"too wide": {"2001:db8::/64\n", []string{file, "4294967296"}},
		"hostile":  {"a\x1b[2Jb\n", []string{file + ":1", `\x1b`}},
	} {
		writeFile(t, file, test.content)
		resp := w.plan(noState, object{"targets_file": file})
		wantError(t, resp, "targets_file", test.parts...)
		if strings.Contains(fmt.Sprint(resp.Diagnostics), "\x1b") {
			t.Errorf("%s: steers a terminal", name)
		}
	}
	resp := w.plan(noState, object{"targets_file": file + ".later"})
	wantWarning(t, resp, "targets_file", "does not exist")
	if member(t, w.planned(resp), "targets_sha256").IsKnown() {
		t.Error("the targets of a file that is not there are known")
	}
	wantError(t, w.plan(noState, object{"targets_file": t.TempDir()}), "targets_file", "cannot be read")
}

// What counts is what is in the file, not how, and not which.
func TestPlanTargetsFileReplaces(t *testing.T) {
	withoutEnvironment(t)
	dir := t.TempDir()
	file, same, other := filepath.Join(dir, "a"), filepath.Join(dir, "b"), filepath.Join(dir, "c")
	writeFile(t, file, "192.0.2.1\nexample.com\n")
	writeFile(t, same, "EXAMPLE.COM\n192.0.2.1/32 # again\n")
	writeFile(t, other, "192.0.2.2\n")
	w := configured(t, object{})
	planned := w.planned(w.plan(noState, object{"targets_file": file}))
	state := object{"id": "7", "status": "done", "wait": true, "on_destroy": "delete", "on_interrupt": "cancel", "label": "Scan", "targets_file": file}
	state["address_count"], state["targets_sha256"] = number(t, planned, "address_count"), text(t, planned, "targets_sha256")
	prior := w.stateOf(state)
	for name, test := range map[string]struct {
		config object
		want   []string
	}{
		"the same file":      {object{"targets_file": file}, nil},
		"the same elsewhere": {object{"targets_file": same}, nil},
		"the same in a list": {object{"targets": []string{"192.0.2.1", "example.com"}}, nil},
		"another file":       {object{"targets_file": other}, []string{"targets_file"}},
		"another list":       {object{"targets": []string{"192.0.2.1"}}, []string{"targets"}},
		"unknown":            {object{"targets_file": unknown{}}, []string{"targets_file"}},
	} {
		resp := w.plan(prior, test.config)
		w.clean(resp)
		if got := replaced(resp); !slices.Equal(got, test.want) {
			t.Errorf("%s scans again because of %v, want %v", name, got, test.want)
		}
	}
	writeFile(t, file, "192.0.2.1\n")
	if got := replaced(w.plan(prior, object{"targets_file": file})); !slices.Equal(got, []string{"targets_sha256"}) {
		t.Errorf("another content scans again because of %v", got)
	}
}

func TestTargetsFileLife(t *testing.T) {
	zoo, e := enginetest.Services(t), enginetest.Start(t)
	w := onServer(t, e)
	file := filepath.Join(t.TempDir(), "targets.txt")
	writeFile(t, file, "127.0.0.1\n")
	config := object{"targets_file": file, "ports": zoo.Ports()}
	state := w.created(config)
	if got := number(t, member(t, state, "summary"), "open_ports"); got != int64(len(zoo.Services)) {
		t.Errorf("%d open ports", got)
	}
	read := w.read(state)
	w.clean(read)
	if got := w.state(w.resourceType(), read.NewState); !got.Equal(state) {
		t.Errorf("refreshed as %s, was %s", got, state)
	}
	// A file that changes between plan and apply is not scanned.
	plan := w.plan(noState, config)
	w.clean(plan)
	writeFile(t, file, "127.0.0.2\n")
	resp := w.applyPlan(noState, config, w.state(w.resourceType(), plan.PlannedState))
	wantError(t, resp, "targets_file", "has changed", "Plan again")
	// An error about a target of a file is one about the file.
	writeFile(t, file, "127.0.0.1\n169.254.169.254\n")
	wantError(t, w.apply(noState, config), "targets_file", "metadata")
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	w.clean(w.apply(state, nil)) // nothing has to be read to delete
}
