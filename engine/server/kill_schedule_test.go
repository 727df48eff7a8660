package server_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
	storesqlite "github.com/portolan-io/terraform-provider-portolan/engine/store/sqlite"
)

// routine is a data folder whose servers run schedules, tell of the scans, and are killed.
type routine struct {
	dir       string
	store     store.Store
	schedules []engine.RecordID
	planned   map[engine.RecordID][]time.Time // what was due

	lock  sync.Mutex
	heard map[engine.ScanID]map[string]bool // ids of deliveries by the scan they tell of
}

// TestSchedulesOfKilledServers: whenever servers are killed, every planned run is on
// record once, each of its scans is made once, and the end of each is told, always with
// the same id.
func TestSchedulesOfKilledServers(t *testing.T) {
	r := newRoutine(t)
	for range 6 {
		command, _ := r.serve(t)
		r.makeDue(t)
		<-time.After(rand.N(1500 * time.Millisecond))
		kill(command)
	}
	r.hasten(t)
	command, c := r.serve(t)
	defer kill(command)
	scans := r.settled(t, c)
	made := map[engine.RecordID]int{}
	for _, scan := range scans {
		made[scan.ScheduleID]++
	}
	for _, id := range r.schedules {
		runs, err := c.ScheduleRuns(t.Context(), id, 0)
		if err != nil {
			t.Fatal(err)
		}
		started, noted := 0, map[time.Time]bool{}
		for _, run := range runs {
			noted[run.PlannedAt.UTC()] = true
			if run.Outcome == engine.RunStarted {
				started++
			}
		}
		for _, at := range r.planned[id] {
			if !noted[at] {
				t.Errorf("the run of schedule %d at %s is lost", id, at)
			}
		}
		if len(runs) != len(r.planned[id]) || started != made[id] {
			t.Errorf("schedule %d was due %d times, has %d runs, started %d, and made %d scans", id, len(r.planned[id]), len(runs), started, made[id])
		}
	}
}

func newRoutine(t *testing.T) *routine {
	t.Helper()
	r := &routine{dir: t.TempDir(), planned: map[engine.RecordID][]time.Time{}, heard: map[engine.ScanID]map[string]bool{}}
	receiver := httptest.NewServer(r)
	t.Cleanup(receiver.Close)
	var err error
	if r.store, err = storesqlite.Open(t.Context(), r.dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.store.Close() })
	command, c := r.serve(t)
	defer kill(command)
	_, err = c.Notifications().Create(t.Context(), engine.Notification{
		Name: "all", Kind: engine.ChannelWebhook, URL: receiver.URL, Secret: "a secret of the test",
		Events: []engine.NoticeEvent{engine.NoticeScanDone, engine.NoticeScanFailed},
	})
	for i := range 5 {
		if err != nil {
			t.Fatal(err)
		}
		var s engine.Schedule
		s, err = c.Schedules().Create(t.Context(), engine.Schedule{
			Name: fmt.Sprint(i), Cron: "0 0 1 1 *", Overlap: engine.OverlapQueue, Misfire: engine.MisfireOnce,
			Scan: engine.ScanRequest{Targets: []engine.Target{"127.0.0.1"}, Ports: "1"},
		})
		r.schedules = append(r.schedules, s.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// ServeHTTP takes notices.
func (r *routine) ServeHTTP(_ http.ResponseWriter, request *http.Request) {
	var sent struct{ Data engine.Notice }
	if json.NewDecoder(request.Body).Decode(&sent) != nil || sent.Data.Scan == nil {
		return
	}
	r.lock.Lock()
	defer r.lock.Unlock()
	if r.heard[sent.Data.Scan.ID] == nil {
		r.heard[sent.Data.Scan.ID] = map[string]bool{}
	}
	r.heard[sent.Data.Scan.ID][request.Header.Get("Webhook-Id")] = true
}

func (r *routine) ids(scan engine.ScanID) int {
	r.lock.Lock()
	defer r.lock.Unlock()
	return len(r.heard[scan])
}

// serve starts a server in another process.
func (r *routine) serve(t *testing.T) (*exec.Cmd, *client.Client) {
	t.Helper()
	command, out := process(t, "serve", []string{"PORTOLAN_ADMIN_KEY=" + enginetest.Key},
		"--listen", "127.0.0.1:0", "--data", r.dir, "--allow", "127.0.0.0/8", "--notify-private")
	c, err := client.New(client.Config{Endpoint: regexp.MustCompile(`http://\S+:\d+`).FindString(line(t, out)), Key: enginetest.Key})
	if err != nil {
		t.Fatal(err)
	}
	return command, c
}

// makeDue makes every schedule due that is not.
func (r *routine) makeDue(t *testing.T) {
	t.Helper()
	err := r.store.Update(t.Context(), func(tx store.Tx) error {
		for _, id := range r.schedules {
			record, err := tx.Record(id)
			if err != nil {
				return err
			}
			if at := time.Now().UTC().Truncate(time.Microsecond); record.Due.After(at) {
				r.planned[id] = append(r.planned[id], at)
				if err := planFor(tx, record, at); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// planFor gives a schedule another next run.
func planFor(tx store.Tx, record engine.Record, at time.Time) error {
	var s engine.Schedule
	if err := record.Declare(&s); err != nil {
		return err
	}
	s.NextRunAt = &at
	if err := record.Keep(&s); err != nil {
		return err
	}
	return tx.NoteRecord(&record)
}

// hasten makes every delivery due that waits, as it is when time has passed.
func (r *routine) hasten(t *testing.T) {
	t.Helper()
	err := r.store.Update(t.Context(), func(tx store.Tx) error {
		waiting, err := tx.DueDeliveries(time.Now().Add(time.Hour), 1000)
		for _, d := range waiting {
			if err == nil {
				d.Due = new(time.Now())
				err = tx.SaveDelivery(d)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// settled waits until nothing is due, every scan has ended and is told of, and gives them.
func (r *routine) settled(t *testing.T, c *client.Client) []engine.Scan {
	t.Helper()
	for {
		scans, due := r.look(t, c)
		open := 0
		for _, scan := range scans {
			if !scan.Status().Final() || r.ids(scan.ID) == 0 {
				open++
			}
			if n := r.ids(scan.ID); n > 1 {
				t.Fatalf("the end of scan %d was told with %d ids", scan.ID, n)
			}
		}
		if open == 0 && !due {
			return scans
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-t.Context().Done():
			t.Fatalf("%d scans are open", open)
		}
	}
}

func (r *routine) look(t *testing.T, c *client.Client) (scans []engine.Scan, due bool) {
	t.Helper()
	err := r.store.View(t.Context(), func(tx store.Tx) error {
		records, err := tx.Records(store.RecordFilter{Kind: engine.ScheduleKind, DueBy: time.Now()})
		due = len(records) > 0
		return err
	})
	if err == nil { // after what is due: a run that is no longer due has its scan
		scans, err = c.Scans(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return scans, due
}
