package indextest

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// fullReport has something of everything.
func fullReport() engine.Report {
	return engine.Report{
		ScanID: 1, Responses: sample()[:20], Findings: sampleFindings(),
		Open: []engine.Endpoint{endpoint("192.0.2.9", 53, engine.UDP), endpoint("2001:db8::1", 80, engine.TCP)},
	}
}

func testReports(t *testing.T, open Open) {
	t.Run("twice is once", func(t *testing.T) {
		h := newHarness(t, open, t.TempDir())
		h.append(fullReport())
		before, hosts := h.progress(), h.count("host:*")
		h.append(fullReport())
		if after := h.progress(); after != before || before.Documents != 20 {
			t.Errorf("after the second report:\n got %+v\nwant %+v", after, before)
		}
		if again := h.count("host:*"); again != hosts || hosts != 20 {
			t.Errorf("host:* finds %d, then %d, want 20", hosts, again)
		}
	})
	t.Run("documents come back whole", func(t *testing.T) { testDocuments(t, open) })
	t.Run("a bad finding commits nothing", func(t *testing.T) {
		h := newHarness(t, open, t.TempDir())
		h.addTasks(1)
		report := fullReport()
		report.TaskID, report.Done = 1, true
		report.Findings = append(report.Findings, finding("x", "bad", "192.0.2.1", 1))
		h.wantKind("append", h.index.Append(t.Context(), report), engine.Invalid)
		if p := h.progress(); p.Documents+p.Summary.Total+p.Summary.OpenPorts+p.Done != 0 {
			t.Errorf("part of the report was committed: %+v", p)
		}
		if n := h.count("host:*"); n != 0 {
			t.Errorf("host:* finds %d, want none", n)
		}
		h.append(fullReport()) // what was rolled back leaves no trace in memory either
		if n := h.count("http.title:*"); n == 0 {
			t.Error("http.title:* finds nothing after the report was repeated without the bad finding")
		}
	})
}

func testDocuments(t *testing.T, open Open) {
	h := newHarness(t, open, t.TempDir())
	report := fullReport()
	h.append(report)
	for document, err := range h.index.Search(t.Context(), parse(t, "*"), 0) {
		h.must("search", err)
		uri := uriOf(t, document)
		i := slices.IndexFunc(report.Responses, func(r engine.Response) bool { return r.URI == uri })
		if i < 0 {
			t.Fatalf("no response has the URI %s", uri)
		}
		want, err := json.Marshal(report.Responses[i])
		h.must("encode", err)
		if string(document.Data) != string(want) {
			t.Errorf("document %s came back as\n%s", uri, document.Data)
		}
	}
}

// testReplacement sees that a document is found by what it says now and by nothing
// that it said before.
func testReplacement(t *testing.T, open Open) {
	h := newHarness(t, open, t.TempDir())
	others := sample()[:10]
	h.append(engine.Report{Responses: others})
	old, now := page(3, "Old Jenkins", "oldserver/1.20", 200), page(3, "New Grafana", "newserver/2.4", 503)
	now.LastUpdate = "2031-01-01T00:00:00.000Z"
	if old.Key() != now.Key() {
		t.Fatal("the two are not the same document")
	}
	was := []string{`http.title:jenkins`, `http.title:"old jenkins"`, `http.title:jenk*`, `http.headers.server:"oldserver/1.20"`, `http.status_code:200 AND http.title:old`, `http.title.keyword:"Old Jenkins"`}
	is := []string{`http.title:grafana`, `http.title:"new grafana"`, `http.title:graf*`, `http.headers.server:"newserver/2.4"`, `http.status_code:[500 TO 599] AND http.title:new`, `last_updated:2031-01-01`, `http.title.keyword:"New Grafana"`}
	h.append(engine.Report{Responses: []engine.Response{old}})
	for _, text := range was {
		wantList(t, text+" before", h.search(text, 0), []string{old.URI})
	}
	h.append(engine.Report{Responses: []engine.Response{now}})
	for _, text := range was {
		wantList(t, text+" after", h.search(text, 0), nil)
	}
	for _, text := range is {
		wantList(t, text+" after", h.search(text, 0), []string{old.URI})
	}
	if first := h.search("*", 0)[0]; first != now.URI {
		t.Errorf("the newest document is %s, want the replaced one", first)
	}
	if n := h.progress().Documents; n != 11 {
		t.Errorf("%d documents, want 11", n)
	}
	if n := h.count("host:* AND uri:*"); n != 11 {
		t.Errorf("%d documents in the index, want 11", n)
	}
}
