package engine_test

import (
	"encoding/json"
	"errors"
	"iter"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// sayings gives what documents say, in the order of their places.
func sayings(t *testing.T, documents ...engine.Response) iter.Seq2[engine.Saying, error] {
	t.Helper()
	var list []engine.Saying
	for _, d := range documents {
		data, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		one, isPlaced, err := engine.ReadSaying(data)
		if err != nil || !isPlaced {
			t.Fatalf("%s says nothing: %v", data, err)
		}
		list = append(list, one)
	}
	slices.SortStableFunc(list, func(a, b engine.Saying) int { return strings.Compare(a.Name, b.Name) })
	return func(yield func(engine.Saying, error) bool) {
		for _, one := range list {
			if !yield(one, nil) {
				return
			}
		}
	}
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
	want := []engine.ChangedService{{
		Endpoint: placeAt("192.0.2.1:443", engine.TCP, "a.example", "a.example"),
		Before:   engine.Service{Protocol: "https", Product: "nginx", Version: "1.24.0"},
		Now:      engine.Service{Protocol: "https", Product: "nginx", Version: "1.26.0"},
	}}
	got, err := engine.ChangedServices(sayings(t, login, first, other, older), sayings(t, newer, other, login))
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("changed %+v, want %+v; %v", got, want, err)
	}
	torn := func(yield func(engine.Saying, error) bool) { yield(engine.Saying{}, errTorn) }
	if _, err := engine.ChangedServices(sayings(t, first), torn); !errors.Is(err, errTorn) {
		t.Errorf("what cannot be read is passed over: %v", err)
	}
}

var errTorn = errors.New("torn")

// TestServicesOfOddDocuments: a block of another shape than expected names no product,
// and hides nothing else; what is no document is an error.
func TestServicesOfOddDocuments(t *testing.T) {
	var s engine.Services
	if err := s.Learn([]byte(`{"ip":"192.0.2.1","host":"192.0.2.1","port":80,"prot4":"tcp","redis":{"version":7},"http":[],"protocol":"http"}`)); err != nil {
		t.Error(err)
	}
	if got := s.At(placeAt("192.0.2.1:80", engine.TCP, "", "")); got.Protocol != "http" || got.Product != "" {
		t.Errorf("learnt %+v", got)
	}
	for _, bad := range []string{``, `[`, `nothing`} {
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
	f.Fuzz(func(t *testing.T, data []byte) {
		one, isPlaced, err := engine.ReadSaying(data)
		if err != nil || !isPlaced {
			return
		}
		all := func(yield func(engine.Saying, error) bool) { yield(one, nil) }
		if changed, err := engine.ChangedServices(all, all); err != nil || len(changed) > 0 {
			t.Errorf("%+v differs from itself: %+v, %v", one, changed, err)
		}
	})
}

// TestSayingOfAResponse: a response says the same as its JSON, with tags and without.
func TestSayingOfAResponse(t *testing.T) {
	plain, tagged, odd := page("a.example", "nginx/1.24.0", "/"), page("a.example", "nginx", "/login"), page("b.example", "x", "/")
	tagged.Tags = []engine.Tag{{Name: "apache", FullName: "Apache httpd", Version: "2.4.49"}}
	tagged.Blocks["tls"] = map[string]any{"versions": []string{"TLSv1.2"}}
	odd.Tags, odd.Blocks["tls"] = tagged.Tags, 7
	for _, r := range []engine.Response{plain, tagged, odd, engine.NewDomainResponse("example.com", time.Now())} {
		data, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		want, _, err := engine.ReadSaying(data)
		got, gotErr := r.Saying(data)
		if err != nil || gotErr != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s says %+v, %v; its JSON says %+v, %v", r.URI, got, gotErr, want, err)
		}
	}
}
