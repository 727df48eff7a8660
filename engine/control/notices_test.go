package control_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
	"github.com/portolan-io/terraform-provider-portolan/engine/notify"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

const noticeSecret = "a secret of the test"

// telling is an option of a house that delivers notices.
func telling(c *control.Config) { c.Notifier = notify.New(notify.Policy{Private: true}, nil, "test") }

// receiver is a real server that webhooks are sent to.
type receiver struct {
	url string

	lock   sync.Mutex
	status int
	heard  []hook
}

type hook struct {
	id     string
	notice engine.Notice
}

func receive(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{status: http.StatusOK}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	r.lock.Lock()
	defer r.lock.Unlock()
	body, _ := io.ReadAll(request.Body)
	id, at := request.Header.Get(notify.HeaderID), request.Header.Get(notify.HeaderTimestamp)
	var sent struct{ Data engine.Notice }
	if json.Unmarshal(body, &sent) != nil || request.Header.Get(notify.HeaderSignature) != notify.Sign(noticeSecret, id, at, body) {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	r.heard = append(r.heard, hook{id, sent.Data})
	w.WriteHeader(r.status)
}

func (r *receiver) answer(status int) {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.status = status
}

// took gives what came since it was asked last, and checks the events.
func (r *receiver) took(t *testing.T, when string, want ...engine.NoticeEvent) []hook {
	t.Helper()
	r.lock.Lock()
	defer r.lock.Unlock()
	got := r.heard
	r.heard = nil
	counts := map[engine.NoticeEvent]int{}
	for _, event := range want {
		counts[event]++
	}
	for _, h := range got {
		counts[h.notice.Event]--
	}
	for event, n := range counts {
		if n != 0 {
			t.Errorf("%s: of %s there are %d too few; it heard %+v", when, event, n, got)
		}
	}
	return got
}

// notifying declares a webhook for events.
func (h *house) notifying(t *testing.T, r *receiver, floor engine.Severity, events ...engine.NoticeEvent) engine.Notification {
	t.Helper()
	made, err := h.Notifications().Create(t.Context(), h.user, engine.Notification{
		Name: strings.Join([]string{"n", string(floor), string(events[0])}, " "), Kind: engine.ChannelWebhook, Events: events, MinSeverity: floor, URL: r.url, Secret: noticeSecret,
	})
	if err != nil {
		t.Fatal(err)
	}
	if made.Secret != "" || !made.HasSecret {
		t.Errorf("it shows its secret: %+v", made)
	}
	return made
}

// deliverAll delivers everything that is due.
func (h *house) deliverAll(t *testing.T) {
	t.Helper()
	for {
		n, err := h.Deliver(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
}

func (h *house) deliveries(t *testing.T, id engine.RecordID) []engine.Delivery {
	t.Helper()
	page, err := h.Deliveries(t.Context(), h.user, id, control.Page{})
	if err != nil || page.Total != len(page.Items) {
		t.Fatalf("%d deliveries, %v", page.Total, err)
	}
	return page.Items
}

// TestEndsOfScansAreToldOnce: whatever ends a scan, and however often it is ended.
func TestEndsOfScansAreToldOnce(t *testing.T) {
	h, r := open(t, t.TempDir(), telling), receive(t)
	h.notifying(t, r, "", engine.NoticeScanCancelled, engine.NoticeScanFailed)
	scan := h.create(t, "192.0.2.1")
	for range 2 {
		if _, err := h.CancelScan(t.Context(), h.user, scan.ID); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.RenameScan(t.Context(), h.user, scan.ID, "another"); err != nil {
		t.Fatal(err)
	}
	h.deliverAll(t)
	got := r.took(t, "cancelled", engine.NoticeScanCancelled)
	if len(got) != 1 || got[0].notice.Scan.ID != scan.ID || got[0].notice.Scan.Status != engine.StatusCancelled || got[0].notice.Scan.TargetsAll != 1 {
		t.Errorf("it heard %+v", got)
	}
}

// TestWhatScansFindIsTold is the whole way, from a task that finds something to who is told.
func TestWhatScansFindIsTold(t *testing.T) {
	h, r := open(t, t.TempDir(), telling), receive(t)
	h.notifying(t, r, engine.High, engine.NoticeFindingsNew, engine.NoticeScanDone)
	each := h.notifying(t, r, "", engine.NoticeIssueNew, engine.NoticeIssueRevived)
	worse := h.notifying(t, r, engine.Critical, engine.NoticeFindingsNew)
	stop := h.run(t)
	for range 2 { // what is there already is not new
		scan := h.create(t, "192.0.2.1")
		task, delivery := take(t, h.agent())
		finish(t, h.agent(), task, delivery)
		h.await(t, scan.ID, in(engine.StateDone))
	}
	stop()
	h.deliverAll(t)
	got := r.took(t, "found", engine.NoticeFindingsNew, engine.NoticeIssueNew, engine.NoticeScanDone, engine.NoticeScanDone)
	for _, one := range got {
		if one.notice.Event == engine.NoticeFindingsNew && (one.notice.Counts.High != 1 || len(one.notice.Issues) != 1 || one.notice.Issues[0].Rule != "http.x") {
			t.Errorf("it heard %+v", one.notice)
		}
	}
	if len(h.deliveries(t, worse.ID)) != 0 {
		t.Error("what is not critical was told")
	}
	if list := h.deliveries(t, each.ID); len(list) != 1 || list[0].State != engine.DeliveryDelivered || len(list[0].Tries) != 1 || list[0].Tries[0].StatusCode != 200 {
		t.Errorf("deliveries are %+v", list)
	}
}

// TestFailuresOfSchedulesAreTold: a notification that a schedule names is told of its
// failures, whatever it is for.
func TestFailuresOfSchedulesAreTold(t *testing.T) {
	h, r := open(t, t.TempDir(), small, telling), receive(t)
	named := h.notifying(t, r, "", engine.NoticeScanDone)
	s := every()
	s.FailNotify = []engine.RecordID{named.ID}
	s = h.plan(t, s)
	h.create(t, "192.0.2.1")
	h.create(t, "192.0.2.2")
	h.makeDue(t, s.ID, 0)
	h.runDue(t)
	h.deliverAll(t)
	if got := r.took(t, "refused", engine.NoticeScheduleFailed); len(got) != 1 || got[0].notice.Schedule.Outcome != engine.RunRefused || got[0].notice.Schedule.Reason == "" {
		t.Errorf("it heard %+v", got)
	}
	if err := h.Notifications().Delete(t.Context(), h.user, named.ID); engine.KindOf(err) != engine.Conflict {
		t.Errorf("one that a schedule names is deleted: %v", err)
	}
	s.FailNotify = []engine.RecordID{s.ID}
	if _, err := h.Schedules().Replace(t.Context(), h.user, s.ID, s); engine.KindOf(err) != engine.Invalid {
		t.Errorf("a schedule names what is no notification: %v", err)
	}
}

// TestDeliveriesAreTriedAgain with the same id, until one is taken.
func TestDeliveriesAreTriedAgain(t *testing.T) {
	h, r := open(t, t.TempDir(), telling), receive(t)
	n := h.notifying(t, r, "", engine.NoticeScanDone)
	r.answer(http.StatusServiceUnavailable)
	d, err := h.TestNotification(t.Context(), h.user, n.ID)
	if err != nil || d.State != engine.DeliveryPending || len(d.Tries) != 1 || d.Due == nil || d.Due.Sub(d.Tries[0].At) != 10*time.Second {
		t.Fatalf("tried once it is %+v, %v", d, err)
	}
	h.deliverAll(t)
	first := r.took(t, "refused", engine.NoticeTest)
	r.answer(http.StatusOK)
	h.dueNow(t, d.ID)
	h.deliverAll(t)
	second := r.took(t, "taken", engine.NoticeTest)
	if first[0].id != d.ID || second[0].id != d.ID {
		t.Errorf("ids are %s and %s", first[0].id, second[0].id)
	}
	if list := h.deliveries(t, n.ID); len(list) != 1 || list[0].State != engine.DeliveryDelivered || len(list[0].Tries) != 2 || list[0].Due != nil {
		t.Errorf("deliveries are %+v", list)
	}
}

// TestKilledWhileDelivering: the one who had it is gone; another tries again when the
// minute is over, not before.
func TestKilledWhileDelivering(t *testing.T) {
	dir, r := t.TempDir(), receive(t)
	h := open(t, dir, telling)
	h.notifying(t, r, "", engine.NoticeScanCancelled)
	scan := h.create(t, "192.0.2.1")
	if _, err := h.CancelScan(t.Context(), h.user, scan.ID); err != nil {
		t.Fatal(err)
	}
	claimed, err := h.ClaimDeliveries(t.Context())
	if err != nil || len(claimed) != 1 {
		t.Fatalf("%+v, %v", claimed, err)
	}
	other := open(t, dir, telling)
	other.deliverAll(t)
	r.took(t, "within the minute")
	other.dueNow(t, claimed[0].ID)
	other.deliverAll(t)
	if got := r.took(t, "then", engine.NoticeScanCancelled); got[0].id != claimed[0].ID {
		t.Errorf("it heard %+v", got)
	}
}

func TestServersOnOneStoreDeliverOnce(t *testing.T) {
	dir, r := t.TempDir(), receive(t)
	houses := []*house{open(t, dir, telling), open(t, dir, telling), open(t, dir, telling)}
	houses[0].notifying(t, r, "", engine.NoticeScanCancelled)
	want := []engine.NoticeEvent{}
	for range 20 {
		scan := houses[0].create(t, "192.0.2.1")
		if _, err := houses[0].CancelScan(t.Context(), houses[0].user, scan.ID); err != nil {
			t.Fatal(err)
		}
		want = append(want, engine.NoticeScanCancelled)
	}
	var racing sync.WaitGroup
	for _, h := range houses {
		racing.Go(func() { h.deliverAll(t) })
	}
	racing.Wait()
	r.took(t, "all", want...)
}

// dueNow makes a delivery due, as it is when time has passed.
func (h *house) dueNow(t *testing.T, id string) {
	t.Helper()
	err := h.store.Update(t.Context(), func(tx store.Tx) error {
		d, err := tx.Delivery(id)
		if err != nil {
			return err
		}
		d.Due = new(time.Now().UTC().Add(-time.Second).Truncate(time.Microsecond))
		return tx.SaveDelivery(d)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestSecretsStayWhereTheyAre: a secret is kept while kind and url are, and nobody can
// have it sent elsewhere.
func TestSecretsStayWhereTheyAre(t *testing.T) {
	h, r := open(t, t.TempDir(), telling), receive(t)
	n := h.notifying(t, r, "", engine.NoticeScanDone)
	n.Name = "renamed"
	if _, err := h.Notifications().Replace(t.Context(), h.user, n.ID, n); err != nil {
		t.Fatal(err)
	}
	if d, err := h.TestNotification(t.Context(), h.user, n.ID); err != nil || d.State != engine.DeliveryDelivered {
		t.Errorf("with the secret that was kept it is %+v, %v", d, err)
	}
	n.Version, n.URL = 0, r.url+"/elsewhere"
	if _, err := h.Notifications().Replace(t.Context(), h.user, n.ID, n); engine.KindOf(err) != engine.Invalid {
		t.Errorf("to another url without a secret: %v", err)
	}
	n.Secret = noticeSecret
	if _, err := h.Notifications().Replace(t.Context(), h.user, n.ID, n); err != nil {
		t.Error(err)
	}
}

// TestNotEnabledTellsNobody: neither of what happens nor of what waits.
func TestNotEnabledTellsNobody(t *testing.T) {
	h, r := open(t, t.TempDir(), telling), receive(t)
	n := h.notifying(t, r, "", engine.NoticeScanCancelled)
	cancel := func() {
		if _, err := h.CancelScan(t.Context(), h.user, h.create(t, "192.0.2.1").ID); err != nil {
			t.Fatal(err)
		}
	}
	cancel()
	n.Version, n.Enabled = 0, new(false)
	if _, err := h.Notifications().Replace(t.Context(), h.user, n.ID, n); err != nil {
		t.Fatal(err)
	}
	cancel()
	h.deliverAll(t)
	r.took(t, "not enabled")
	if list := h.deliveries(t, n.ID); len(list) != 1 || list[0].State != engine.DeliveryFailed {
		t.Errorf("deliveries are %+v", list)
	}
}

func TestNotificationRefuses(t *testing.T) {
	h := open(t, t.TempDir(), func(c *control.Config) { c.Notifier = notify.New(notify.Policy{}, nil, "test") })
	whole := engine.Notification{Name: "n", Kind: engine.ChannelWebhook, Events: []engine.NoticeEvent{engine.NoticeScanDone}, URL: "https://hooks.example.com/", Secret: noticeSecret}
	for field, change := range map[string]func(*engine.Notification){
		"name": func(n *engine.Notification) { n.Name = "" }, "kind": func(n *engine.Notification) { n.Kind = "pager" }, "events": func(n *engine.Notification) { n.Events = nil },
		"events[0]": func(n *engine.Notification) { n.Events[0] = "scan.don" }, "min_severity": func(n *engine.Notification) { n.MinSeverity = "bad" },
		"secret": func(n *engine.Notification) { n.Secret = "" }, "url": func(n *engine.Notification) { n.URL = "https://127.0.0.1/" },
		"to": func(n *engine.Notification) { n.To = []string{"ann@example.com"} },
		"to[0]": func(n *engine.Notification) {
			n.Kind, n.URL, n.Secret, n.To = engine.ChannelEmail, "", "", []string{"a@example.com\r\nBcc: b@example.com"}
		},
	} {
		n := whole
		n.Events = append([]engine.NoticeEvent{}, whole.Events...)
		change(&n)
		wantField(t, field, func() error { _, err := h.Notifications().Create(t.Context(), h.user, n); return err }())
	}
	for _, url := range []string{"", "ftp://example.com", "https://user:pass@example.com/", "https://example.com/#x", "https:///x", "http://example.com/", "https://169.254.169.254/latest"} {
		n := whole
		n.URL = url
		wantField(t, "url", func() error { _, err := h.Notifications().Create(t.Context(), h.user, n); return err }())
	}
}
