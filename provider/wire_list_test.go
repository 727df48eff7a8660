package provider_test

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// lists is the part of the provider that lists resources.
func (w *wire) lists() tfprotov6.ListResourceServer {
	w.t.Helper()
	server, ok := w.server.(tfprotov6.ListResourceServer)
	if !ok {
		w.t.Fatal("the provider lists no resources")
	}
	return server
}

func (w *wire) listType(name string) tftypes.Type {
	w.t.Helper()
	schema, ok := w.schema.ListResourceSchemas[name]
	if !ok {
		w.t.Fatalf("there is no list resource %q", name)
	}
	return schema.ValueType()
}

// listing is a list block as a test writes it.
type listing struct {
	name   string
	config object
	whole  bool
	limit  int64
	each   func(tfprotov6.ListResourceResult) // called while the list is being made
}

// list gives every result of a list block.
func (w *wire) list(l listing) []tfprotov6.ListResourceResult {
	w.t.Helper()
	stream, err := w.lists().ListResource(w.t.Context(), &tfprotov6.ListResourceRequest{
		TypeName: l.name, Config: w.dynamic(w.listType(l.name), l.config), IncludeResource: l.whole, Limit: l.limit,
	})
	w.must(err)
	var results []tfprotov6.ListResourceResult
	for result := range stream.Results {
		if l.each != nil {
			l.each(result)
		}
		results = append(results, result)
	}
	return results
}

// names are the display names of results, none of which may be an error.
func (w *wire) names(results []tfprotov6.ListResourceResult) []string {
	w.t.Helper()
	var names []string
	for _, r := range results {
		w.clean(&r)
		names = append(names, r.DisplayName)
	}
	return names
}

func (w *wire) validateList(l listing) *tfprotov6.ValidateListResourceConfigResponse {
	w.t.Helper()
	resp, err := w.lists().ValidateListResourceConfig(w.t.Context(), &tfprotov6.ValidateListResourceConfigRequest{
		TypeName: l.name, Config: w.dynamic(w.listType(l.name), l.config),
	})
	w.must(err)
	return resp
}
