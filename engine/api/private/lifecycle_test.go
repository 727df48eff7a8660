package private_test

import (
	"fmt"
	"slices"
	"testing"
)

func (a answer) ids() []float64 {
	a.t.Helper()
	var scans []map[string]any
	a.is(200).into(&scans)
	ids := make([]float64, len(scans))
	for i, scan := range scans {
		ids[i], _ = scan["id"].(float64)
	}
	return ids
}

func TestCancelIsIdempotentAndErasesNothing(t *testing.T) {
	r := open(t)
	id := r.pending("x")
	for range 2 {
		if got := r.own(fmt.Sprintf("POST /api/scanner/%d/cancel/", id), "").is(200).object(); got["status"] != "cancelled" || got["queue_position"] != nil {
			t.Errorf("cancelled scan is %v", got)
		}
	}
	done := r.done("y", webs(1), nil)
	if got := r.own(fmt.Sprintf("POST /api/scanner/%d/cancel", done), "").is(200).object(); got["status"] != "done" || got["count"] != 1.0 {
		t.Errorf("a scan that was done is %v", got)
	}
}

func TestRestore(t *testing.T) {
	r := open(t)
	id := r.done("x", webs(1), nil)
	path := fmt.Sprintf("/api/scanner/%d/", id)
	r.own("DELETE "+path, "").is(204)
	r.own("GET "+path, "").fails(404, "not_found", "id")
	if got := r.own("GET /api/scanner/?deleted=true", "").ids(); len(got) != 1 || got[0] != float64(id) {
		t.Errorf("deleted are %v", got)
	}
	if got := r.send("GET /api/scanner/?deleted=true", "", "X-API-Key: "+foreignKey).ids(); len(got) != 0 {
		t.Errorf("for a stranger deleted are %v", got)
	}
	if got := r.own("POST "+path+"restore/", "").is(200).object(); got["deleted_dt"] != nil || got["status"] != "done" {
		t.Errorf("restored scan is %v", got)
	}
	if got := r.own("GET /api/responses_count/?q=*", "").is(200).object(); got["count"] != 1.0 {
		t.Errorf("after restoring a search counts %v", got)
	}
	r.own("GET /api/scanner/?deleted=perhaps", "").fails(400, "invalid", "deleted")
}

// TestPagesOfScans: the list is whole unless a part of it is asked for.
func TestPagesOfScans(t *testing.T) {
	r := open(t)
	var newest []float64
	for range 5 {
		newest = append([]float64{float64(r.pending("x"))}, newest...)
	}
	for parameters, want := range map[string][]float64{
		"": newest, "?start&size": newest, "?size=2": newest[:2], "?start=3": newest[3:], "?start=1&size=3": newest[1:4], "?start=9&size=1": {},
	} {
		got := r.own("GET /api/scanner/"+parameters, "").ids()
		if !slices.Equal(got, want) {
			t.Errorf("%q gives %v, want %v", parameters, got, want)
		}
	}
	for _, id := range newest[:3] {
		r.own(fmt.Sprintf("DELETE /api/scanner/%v/", id), "").is(204)
	}
	if got := r.own("GET /api/scanner/?deleted=true&start=1&size=1", "").ids(); !slices.Equal(got, newest[1:2]) {
		t.Errorf("the second deleted one is %v", got)
	}
	r.own("GET /api/scanner/?size=0", "").fails(400, "invalid", "size")
	r.own("GET /api/scanner/?start=-1", "").fails(400, "invalid", "start")
}

func TestRescan(t *testing.T) {
	r := open(t)
	id := r.done("weekly", nil, nil)
	again := r.own(fmt.Sprintf("POST /api/scanner/%d/rescan/", id), "").is(201).object()
	if again["rescan_of"] != float64(id) || again["label"] != "weekly" || again["status"] != "pending" || again["queue_position"] != 1.0 {
		t.Errorf("rescan is %v", again)
	}
	if first := r.own(fmt.Sprintf("GET /api/scanner/%d/", id), "").is(200).object(); first["rescan_of"] != nil {
		t.Errorf("the first scan is a rescan of %v", first["rescan_of"])
	}
}

func TestIdempotencyKey(t *testing.T) {
	r := open(t)
	create := func(body, key string) answer {
		return r.own("POST /api/scanner/", body, "Idempotency-Key: "+key)
	}
	first := create(`{"targets":["192.0.2.1"],"name":"a"}`, "one").is(201).object()
	// The same request written in another way is the same request.
	again := create(`{"label": "a", "targets": ["192.0.2.1"], "page": 1}`, "one").is(201).object()
	if again["id"] != first["id"] {
		t.Errorf("again it is scan %v, want %v", again["id"], first["id"])
	}
	create(`{"targets":["192.0.2.2"],"name":"a"}`, "one").fails(409, "conflict", "Idempotency-Key")
	create(`{"targets":["192.0.2.2"],"name":"a"}`, "k\u00e9y").fails(400, "invalid", "Idempotency-Key")
	if other := create(`{"targets":["192.0.2.1"],"name":"a"}`, "two").is(201).object(); other["id"] == first["id"] {
		t.Error("another key gives the same scan")
	}
	if got := r.own("GET /api/scanner/", "").ids(); len(got) != 2 {
		t.Errorf("scans are %v, want two", got)
	}
}
