package client_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/server"
)

// Scans are found by where they come from and by what they were asked for, on a real
// engine.
func TestScansAreFoundByTheirSource(t *testing.T) {
	s, err := server.Start(t.Context(), server.Config{DataDir: t.TempDir(), Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	c, ctx, port := s.Client(), t.Context(), greeter(t)
	request := engine.ScanRequest{Targets: []engine.Target{"127.0.0.1"}, Ports: engine.Ports(fmt.Sprint(port))}
	start := func(branch, commit string) engine.Scan {
		r := request
		r.Source = engine.Source{Repository: "acme/shop", Branch: branch, Commit: commit, RunURL: "https://ci.example.com/" + commit}
		created, err := c.CreateScan(ctx, r)
		if err == nil {
			created, err = c.Wait(ctx, created.ID, nil)
		}
		if err != nil || created.Source != r.Source || created.ConfigDigest != r.Digest(nil) {
			t.Fatalf("%+v, %v", created, err)
		}
		return created
	}
	first, side, newest := start("main", "c1"), start("side", "c2"), start("main", "c3")
	again, err := c.Rescan(ctx, side.ID)
	if err != nil || again.Source != side.Source.Again() || again.ConfigDigest != side.ConfigDigest {
		t.Errorf("again %+v, %v", again, err)
	}
	if _, err := c.CancelScan(ctx, again.ID); err != nil {
		t.Error(err)
	}
	main := engine.Source{Repository: "acme/shop", Branch: "main"}
	for name, test := range map[string]struct {
		query client.ScanQuery
		want  []engine.ScanID
	}{
		"branch":        {client.ScanQuery{Source: main}, []engine.ScanID{newest.ID, first.ID}},
		"newest":        {client.ScanQuery{Source: main, Limit: 1, Complete: true}, []engine.ScanID{newest.ID}},
		"before":        {client.ScanQuery{Source: main, Before: newest.ID}, []engine.ScanID{first.ID}},
		"commit":        {client.ScanQuery{Source: engine.Source{Commit: "c2"}, Complete: true}, []engine.ScanID{side.ID}},
		"status":        {client.ScanQuery{Source: main, Statuses: []engine.Status{engine.StatusFailed, engine.StatusPending}}, nil},
		"same":          {client.ScanQuery{ConfigDigest: request.Digest(nil), Source: main}, []engine.ScanID{newest.ID, first.ID}},
		"other targets": {client.ScanQuery{TargetsDigest: engine.TargetsDigest([]engine.Target{"192.0.2.1"})}, nil},
		"label":         {client.ScanQuery{Label: first.Label, Before: side.ID}, []engine.ScanID{first.ID}},
	} {
		found, err := c.FindScans(ctx, test.query)
		var ids []engine.ScanID
		for _, one := range found {
			ids = append(ids, one.ID)
		}
		if err != nil || !slices.Equal(ids, test.want) {
			t.Errorf("%s: %v, want %v; %v", name, ids, test.want, err)
		}
	}
	if _, err := c.FindScans(ctx, client.ScanQuery{Statuses: []engine.Status{"finished"}}); engine.KindOf(err) != engine.Invalid {
		t.Errorf("a misspelt status: %v", err)
	}
	request.Source.Commit = "not a commit"
	if _, err := c.CreateScan(ctx, request); engine.KindOf(err) != engine.Invalid {
		t.Errorf("a misspelt commit: %v", err)
	}
}
