package engine_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// learn gives the services that documents tell.
func learn(t *testing.T, documents ...engine.Response) (s engine.Services) {
	t.Helper()
	for _, d := range documents {
		data, err := json.Marshal(d)
		if err == nil {
			err = s.Learn(data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func page(host, server, path string) engine.Response {
	e := placeAt("192.0.2.1:443", engine.TCP, engine.Target(host), host)
	r := engine.NewResponse(e, "http", "https", path, time.Now())
	r.Blocks["http"] = map[string]any{"headers": map[string]any{"server": []string{server}}}
	return r
}

func TestServicesThatChanged(t *testing.T) {
	first, login := page("a.example", "nginx/1.24.0", "/"), page("a.example", "Apache", "/login")
	other, older := page("b.example", "nginx/1.24.0", "/"), page("c.example", "nginx", "/")
	newer := page("a.example", "nginx/1.26.0", "/")
	scan := doneScan(t, 1, "443", "a.example", "b.example", "c.example")
	base := engine.Results{Scan: scan, Services: learn(t, login, first, other, older)}
	now := engine.Results{Scan: scan, Services: learn(t, newer, other, login)}

	want := []engine.ChangedService{{
		Endpoint: placeAt("192.0.2.1:443", engine.TCP, "a.example", "a.example"),
		Before:   engine.Service{Protocol: "https", Product: "nginx", Version: "1.24.0"},
		Now:      engine.Service{Protocol: "https", Product: "nginx", Version: "1.26.0"},
	}}
	if got := engine.Compare(base, now).ChangedServices; !slices.Equal(got, want) {
		t.Errorf("changed %+v, want %+v", got, want)
	}
}

// TestServicesOfOddDocuments: a block of another shape than expected names no product,
// and hides nothing else; what is no document is an error.
func TestServicesOfOddDocuments(t *testing.T) {
	var s engine.Services
	if err := s.Learn([]byte(`{"ip":"192.0.2.1","host":"192.0.2.1","port":80,"prot4":"tcp","redis":{"version":7},"http":[],"protocol":"http"}`)); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{``, `[`, `{}`, `{"ip":"x"}`} {
		if err := s.Learn([]byte(bad)); err == nil {
			t.Errorf("%q was read as a document", bad)
		}
	}
}

func FuzzServicesLearn(f *testing.F) {
	data, err := json.Marshal(page("a.example", "nginx/1.24.0", "/"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"ip":"192.0.2.1","port":70000,"tag":[null,{"name":"a","a":{"version":null}}]}`))
	f.Fuzz(func(_ *testing.T, data []byte) {
		var s engine.Services
		_ = s.Learn(data)
		engine.Compare(engine.Results{Services: s}, engine.Results{Services: s})
	})
}
