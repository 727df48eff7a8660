package client_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api/private"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/accept"
	indexsqlite "github.com/portolan-io/terraform-provider-portolan/engine/index/sqlite"
	"github.com/portolan-io/terraform-provider-portolan/engine/server"
	storesqlite "github.com/portolan-io/terraform-provider-portolan/engine/store/sqlite"
)

// greeter is a service on loopback that says hello to whoever connects.
func greeter(t *testing.T) (port int) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	loop := accept.Serve(listener, func(conn net.Conn) { _, _ = io.WriteString(conn, "SSH-2.0-OpenSSH_9.6\r\n") })
	t.Cleanup(func() { _ = loop.Close() })
	address := netip.MustParseAddrPort(listener.Addr().String())
	return int(address.Port())
}

// TestOneScanOnARealEngine takes a scan through every method of a client.
func TestOneScanOnARealEngine(t *testing.T) {
	s, err := server.Start(t.Context(), server.Config{DataDir: t.TempDir(), Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	c, ctx, port := s.Client(), t.Context(), greeter(t)
	if about, err := c.About(ctx); err != nil || about.Version != "test" || about.EngineID == "" {
		t.Errorf("about %+v, %v", about, err)
	}
	if owner, err := c.CurrentUser(ctx); err != nil || owner.ID == 0 || owner.Email == "" {
		t.Errorf("owner %+v, %v", owner, err)
	}
	unlimited := client.RequestCounter{Left: engine.Unlimited, Limit: engine.Unlimited}
	if counters, err := c.Counters(ctx); err != nil || counters.Requests != unlimited || counters.ScanCoins.Left != engine.Unlimited {
		t.Errorf("counters %+v, %v", counters, err)
	}
	wish := engine.Profile{Addresses: engine.AllAddresses, Mode: engine.ModeConnect, Rate: 100_000, HostRate: 50_000, MaxBytes: 1 << 40, Resolvers: "192.0.2.53"}
	created, err := c.CreateScan(ctx, engine.ScanRequest{Targets: []engine.Target{"127.0.0.1"}, Ports: engine.Ports(fmt.Sprint(port)), Label: "first", Profile: wish})
	if err != nil {
		t.Fatal(err)
	}
	var steps []string
	ended, err := c.Wait(ctx, created.ID, func(s engine.Scan) { steps = append(steps, s.LastStep()) })
	if err != nil || ended.Status() != engine.StatusDone || ended.Summary.OpenPorts != 1 {
		t.Fatalf("ended as %+v after %q, %v", ended, steps, err)
	}
	if scans, err := c.Scans(ctx); err != nil || len(scans) != 1 || scans[0].ID != created.ID {
		t.Errorf("scans %+v, %v", scans, err)
	}
	if !reflect.DeepEqual(ended.Profile, wish) {
		t.Errorf("profile %+v, want %+v", ended.Profile, wish)
	}
	if renamed, err := c.RenameScan(ctx, created.ID, "second"); err != nil || renamed.Label != "second" {
		t.Errorf("renamed %+v, %v", renamed, err)
	}
	if cancelled, err := c.CancelScan(ctx, created.ID); err != nil || cancelled.Status() != engine.StatusDone {
		t.Errorf("cancelled %+v, %v", cancelled, err)
	}
	if _, err := c.ShiftScan(ctx, created.ID, -1); engine.KindOf(err) != engine.Conflict {
		t.Errorf("shifted: %v", err)
	}
	results(t, c, created.ID, port)
	if err := c.DeleteScan(ctx, created.ID); err != nil {
		t.Error(err)
	}
	if _, err := c.Scan(ctx, created.ID); engine.KindOf(err) != engine.NotFound {
		t.Errorf("deleted: %v", err)
	}
}

// results reads what the scan of a greeter has found.
func results(t *testing.T, c *client.Client, id engine.ScanID, port int) {
	t.Helper()
	ports, err := c.OpenPorts(t.Context(), id)
	if err != nil || len(ports) != 1 || int(ports[0].Port) != port {
		t.Errorf("ports %+v, %v", ports, err)
	}
	hosts, err := c.AnsweredHosts(t.Context(), id)
	if err != nil || len(hosts) != 1 || hosts[0] != ports[0].Addr {
		t.Errorf("hosts %v, %v", hosts, err)
	}
	where := client.SearchRequest{Query: fmt.Sprintf("port:%d", port), Indices: []engine.ScanID{id}, Fields: []string{"port"}}
	documents, err := c.Search(t.Context(), where)
	if err != nil || len(documents) != 1 || string(documents[0]) != fmt.Sprintf(`{"port":%d}`, port) {
		t.Errorf("documents %s, %v", documents, err)
	}
	if count, err := c.Count(t.Context(), where); err != nil || count != 1 {
		t.Errorf("count %d, %v", count, err)
	}
	groups, err := c.Facet(t.Context(), client.FacetRequest{Query: "*", Indices: []engine.ScanID{id}, Fields: []string{"port", "prot7"}, Size: 5})
	if err != nil || len(groups) != 1 || groups[0].Key[0] != float64(port) || groups[0].Key[1] != "ssh" || groups[0].Documents != 1 || groups[0].Text != fmt.Sprintf("%d,ssh", port) {
		t.Errorf("groups %+v, %v", groups, err)
	}
	indices, err := c.Indices(t.Context())
	if err != nil || len(indices) != 1 || indices[0].ID != id || indices[0].Count != 1 || indices[0].Name != "second" || indices[0].State != "full" || indices[0].EndedAt == nil {
		t.Errorf("indices %+v, %v", indices, err)
	}
	var kept []json.RawMessage
	for document, err := range c.Download(t.Context(), client.DownloadRequest{Query: "*"}) {
		if err != nil {
			t.Fatal(err)
		}
		kept = append(kept, document)
	}
	var response engine.Response
	if len(kept) != 1 || json.Unmarshal(kept[0], &response) != nil || response.Port != port {
		t.Errorf("downloaded %s", kept)
	}
}

func TestBadInputNamesItsField(t *testing.T) {
	s, err := server.Start(t.Context(), server.Config{DataDir: t.TempDir(), Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	for field, request := range map[string]engine.ScanRequest{
		"targets":      {},
		"targets[1]":   {Targets: []engine.Target{"192.0.2.1", "exa mple.com"}},
		"targets[0]":   {Targets: []engine.Target{"2001:db8::/64"}},
		"ports":        {Targets: []engine.Target{"192.0.2.1"}, Ports: "70000"},
		"label":        {Targets: []engine.Target{"192.0.2.1"}, Label: strings.Repeat("x", 256)},
		"profile.mode": {Targets: []engine.Target{"192.0.2.1"}, Profile: engine.Profile{Mode: "loud"}},
		"exclude[0]":   {Targets: []engine.Target{"192.0.2.1"}, Exclude: []engine.Target{"example.com"}},
	} {
		_, err := s.Client().CreateScan(t.Context(), request)
		if got := known(t, err); got.Field != field || got.Hint == "" && field != "ports" {
			t.Errorf("%+v: field %q, hint %q: %v", request, got.Field, got.Hint, err)
		}
	}
	if scans, err := s.Client().Scans(t.Context()); err != nil || len(scans) != 0 {
		t.Errorf("%d scans were created, %v", len(scans), err)
	}
	_, err = s.Client().Count(t.Context(), client.SearchRequest{Query: "port:80 AND ("})
	if got := known(t, err); got.Field != "q" || !strings.Contains(got.Detail, "column") {
		t.Errorf("query: %+v", got)
	}
}

// full is a client of an engine with one scan that has found much.
func full(t *testing.T, findings, documents int) (*client.Client, engine.ScanID) {
	t.Helper()
	dir := t.TempDir()
	store, err := storesqlite.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	shelf, err := indexsqlite.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = shelf.Close() })
	owner := control.New(control.Config{Store: store, Shelf: shelf, Process: control.ThisProcess()})
	user, _, err := owner.EnsureFirstUser(t.Context(), "a@example.com", key)
	if err != nil {
		t.Fatal(err)
	}
	scan, err := owner.CreateScan(t.Context(), user, engine.ScanRequest{Targets: []engine.Target{"192.0.2.1"}})
	if err != nil {
		t.Fatal(err)
	}
	ix, err := shelf.Create(t.Context(), scan.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := ix.Append(t.Context(), much(scan.ID, findings, documents)); err != nil {
		t.Fatal(err)
	}
	return answers(t, private.Handler(owner, nil).ServeHTTP), scan.ID
}

func much(id engine.ScanID, findings, documents int) engine.Report {
	report := engine.Report{ScanID: id, TaskID: 1, Attempt: 1, At: time.Now()}
	for i := range findings {
		severity := engine.Severities()[i%5]
		report.Findings = append(report.Findings, engine.Finding{Fingerprint: fmt.Sprintf("%016x", i), Rule: fmt.Sprintf("rule.%d", i%3), Severity: severity, Target: "192.0.2.1", Host: "192.0.2.1", IP: "192.0.2.1", Port: 1 + i%100})
	}
	for i := range documents {
		e := engine.Endpoint{Addr: netip.MustParseAddr("192.0.2.1"), Port: uint16(1 + i), Transport: engine.TCP, Target: "192.0.2.1"}
		report.Responses = append(report.Responses, engine.NewResponse(e, "http", "http", "/", time.Unix(int64(i), 0)))
	}
	return report
}

func TestFindingsArePagedUnderneath(t *testing.T) {
	c, id := full(t, 2500, 0)
	for _, test := range []struct {
		request      client.FindingRequest
		given, total int
	}{
		{client.FindingRequest{}, 2500, 2500},
		{client.FindingRequest{Limit: 1500}, 1500, 2500},
		{client.FindingRequest{Limit: 10, Offset: 2495}, 5, 2500},
		{client.FindingRequest{Offset: 9999}, 0, 2500},
		{client.FindingRequest{MinSeverity: engine.High}, 1000, 1000},
		{client.FindingRequest{MinSeverity: engine.High, Ports: []int{1, 2}, Limit: 7}, 7, 50},
		{client.FindingRequest{Rules: []string{"rule.0", "rule.1"}, Hosts: []string{"192.0.2.1"}}, 1667, 1667},
		{client.FindingRequest{Hosts: []string{"192.0.2.2"}}, 0, 0},
	} {
		test.request.ScanID = id
		page, err := c.Findings(t.Context(), test.request)
		if err != nil || len(page.Findings) != test.given || page.Total != test.total || page.Counts.Total != test.total {
			t.Errorf("%+v: %d of %d, counts %+v, %v", test.request, len(page.Findings), page.Total, page.Counts, err)
		}
		if ids := slices.CompactFunc(slices.Clone(page.Findings), func(a, b engine.Finding) bool { return a.Fingerprint == b.Fingerprint }); len(ids) != len(page.Findings) {
			t.Errorf("%+v: findings come twice", test.request)
		}
	}
	_, err := c.Findings(t.Context(), client.FindingRequest{ScanID: id, MinSeverity: "awful"})
	if got := known(t, err); got.Field != "min_severity" || got.Title != "Severity is not valid" {
		t.Errorf("got %+v", got)
	}
}

func TestDownloads(t *testing.T) {
	c, id := full(t, 0, 700)
	count := func(r client.DownloadRequest) (n int) {
		for document, err := range c.Download(t.Context(), r) {
			if err != nil {
				t.Fatalf("%+v: %v", r, err)
			}
			if !json.Valid(document) {
				t.Errorf("%s", document)
			}
			n++
		}
		return n
	}
	for want, request := range map[int]client.DownloadRequest{
		700: {Query: "*", Indices: []engine.ScanID{id}}, 5: {Query: "*", Indices: []engine.ScanID{id}, Size: 5},
		1: {Query: "port:7", Indices: []engine.ScanID{id}, Fields: []string{"port"}}, 0: {Query: "port:70000", Indices: []engine.ScanID{id, id}, SourceType: "exclude"},
	} {
		if got := count(request); got != want {
			t.Errorf("%+v: %d documents, want %d", request, got, want)
		}
	}
	taken := 0
	for _, err := range c.Download(t.Context(), client.DownloadRequest{Query: "*", Indices: []engine.ScanID{id}}) {
		if err != nil {
			t.Error(err)
		}
		if taken++; taken == 3 {
			break // the rest is not fetched
		}
	}
	for _, err := range c.Download(t.Context(), client.DownloadRequest{Query: "*", Indices: []engine.ScanID{999}}) {
		if engine.KindOf(err) != engine.NotFound {
			t.Errorf("an index that is not there: %v", err)
		}
	}
}
