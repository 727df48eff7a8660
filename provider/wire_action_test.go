package provider_test

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// actions is the part of the provider that has actions.
func (w *wire) actions() tfprotov6.ActionServer {
	w.t.Helper()
	server, ok := w.server.(tfprotov6.ActionServer)
	if !ok {
		w.t.Fatal("the provider has no actions")
	}
	return server
}

func (w *wire) actionType(name string) tftypes.Type {
	w.t.Helper()
	schema, ok := w.schema.ActionSchemas[name]
	if !ok {
		w.t.Fatalf("there is no action %q", name)
	}
	return schema.Schema.ValueType()
}

// invoked is what an action told while it ran, and how it ended.
type invoked struct {
	lines []string
	*tfprotov6.CompletedInvokeActionEventType
}

// invoke plans an action, as Terraform does before, and runs it.
func (w *wire) invoke(name string, config object) invoked {
	w.t.Helper()
	dynamic := w.dynamic(w.actionType(name), config)
	plan, err := w.actions().PlanAction(w.t.Context(), &tfprotov6.PlanActionRequest{ActionType: name, Config: dynamic})
	w.must(err)
	w.clean(plan)
	stream, err := w.actions().InvokeAction(w.t.Context(), &tfprotov6.InvokeActionRequest{ActionType: name, Config: dynamic})
	w.must(err)
	var got invoked
	for event := range stream.Events {
		switch e := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			got.lines = append(got.lines, e.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			got.CompletedInvokeActionEventType = &e
		}
	}
	if got.CompletedInvokeActionEventType == nil {
		w.t.Fatal("the action has no end")
	}
	return got
}

func (w *wire) validateAction(name string, config object) *tfprotov6.ValidateActionConfigResponse {
	w.t.Helper()
	resp, err := w.actions().ValidateActionConfig(w.t.Context(), &tfprotov6.ValidateActionConfigRequest{
		ActionType: name, Config: w.dynamic(w.actionType(name), config),
	})
	w.must(err)
	return resp
}
