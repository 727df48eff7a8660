package server_test

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// killsSetting is how often TestKilledAtRandomMoments kills, instead of fewKills.
const (
	killsSetting = "PORTOLAN_TEST_KILLS"
	fewKills     = 10
	longestLife  = 1500 * time.Millisecond // of a server that is killed
	killClients  = 4
)

// TestKilledAtRandomMoments kills portolan serve again and again while clients
// create, read, cancel and delete scans. Afterwards what was acknowledged holds,
// every scan ends, and each has the documents that an undisturbed one has.
func TestKilledAtRandomMoments(t *testing.T) {
	kills, err := strconv.Atoi(cmp.Or(os.Getenv(killsSetting), strconv.Itoa(fewKills)))
	if err != nil {
		t.Fatalf("%s: %v", killsSetting, err)
	}
	h := newSiege(t)
	truth := h.undisturbed(t)
	if len(truth) < 5 {
		t.Fatalf("an undisturbed scan finds only %v", truth)
	}
	for range kills {
		h.live(t, rand.N(longestLife))
	}
	h.settle(t, truth)
}

// buildPortolan makes the program as it is shipped.
func buildPortolan(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "portolan")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "github.com/portolan-io/terraform-provider-portolan")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return program
}

// siege is a data folder whose servers are killed, and what they have acknowledged.
type siege struct {
	portolan, dir string
	log           io.Writer // of the servers; nil drops it
	around        []string  // a command the server runs in; its words come before the server's
	ports         engine.Ports
	endpoint      string // of the server that answered last

	mutex        sync.Mutex
	acknowledged map[engine.ScanID]bool // created; true: also deleted
	asked        []engine.ScanID        // deletions whose answer never came
}

func newSiege(t *testing.T) *siege {
	t.Helper()
	services := enginetest.Services(t)
	return &siege{portolan: buildPortolan(t), dir: t.TempDir(), ports: engine.Ports(services.Ports()), acknowledged: map[engine.ScanID]bool{}}
}

// serve starts a server and gives its process, and the client once it answers; no
// client if it ends before.
func (h *siege) serve(t *testing.T, life time.Duration) (command *exec.Cmd, ready <-chan *client.Client) {
	t.Helper()
	words := append(slices.Clone(h.around), h.portolan, "serve", "--listen", "127.0.0.1:0", "--data", h.dir, "--allow", "127.0.0.0/8")
	command = exec.CommandContext(t.Context(), words[0], words[1:]...)
	command.Env = append(os.Environ(), "PORTOLAN_ADMIN_KEY="+enginetest.Key)
	command.Stderr = h.log
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	if life > 0 {
		time.AfterFunc(life, func() { _ = command.Process.Kill() })
	}
	answers := make(chan *client.Client, 1)
	go func() {
		defer close(answers)
		said, _ := bufio.NewReader(out).ReadString('\n') // nothing, if it was killed
		endpoint := regexp.MustCompile(`http://\S+:\d+`).FindString(said)
		// An acknowledgement that came late would be none: nothing is sent twice.
		if c, err := client.New(client.Config{Endpoint: endpoint, Key: enginetest.Key, MaxRetries: -1}); err == nil {
			h.endpoint = endpoint
			answers <- c
		}
	}()
	return command, answers
}

// undisturbed gives what a scan finds while nothing happens to it.
func (h *siege) undisturbed(t *testing.T) []string {
	t.Helper()
	c, server := h.up(t)
	defer kill(server)
	scan := h.scanned(t, c)
	if scan.Status() != engine.StatusDone {
		t.Fatalf("scan is %s: %s", scan.Status(), scan.LastStep())
	}
	return documentsOf(t, c, scan)
}

// up starts a server and gives its client and its process.
func (h *siege) up(t *testing.T) (c *client.Client, server *exec.Cmd) {
	t.Helper()
	server, ready := h.serve(t, 0)
	if c = <-ready; c == nil {
		t.Fatal("the server does not start")
	}
	return c, server
}

// kill ends a server at once and waits until it has.
func kill(server *exec.Cmd) { _ = server.Process.Kill(); _ = server.Wait() }

// scanned gives a scan that has ended.
func (h *siege) scanned(t *testing.T, c *client.Client) engine.Scan {
	t.Helper()
	scan, err := c.CreateScan(t.Context(), h.request())
	if err != nil {
		t.Fatal(err)
	}
	if scan, err = c.Wait(t.Context(), scan.ID, nil); err != nil {
		t.Fatal(err)
	}
	return scan
}

// request is a scan of several tasks; only its first address has services.
func (h *siege) request() engine.ScanRequest {
	return engine.ScanRequest{Targets: []engine.Target{"127.0.0.1", "127.0.1.0/26"}, Ports: h.ports}
}

// live lets a server live for a while with clients that want something of it.
func (h *siege) live(t *testing.T, life time.Duration) {
	t.Helper()
	command, ready := h.serve(t, life)
	ctx, gone := context.WithCancel(t.Context())
	defer gone()
	var clients sync.WaitGroup
	if c := <-ready; c != nil {
		for range killClients {
			clients.Go(func() { h.use(ctx, c) })
		}
	}
	_ = command.Wait() // it was killed
	gone()             // who waits for a scan would wait for the next server
	clients.Wait()
}

// use asks until the server is gone.
func (h *siege) use(ctx context.Context, c *client.Client) {
	for {
		scan, err := c.CreateScan(ctx, h.request())
		if err != nil {
			return
		}
		h.note(scan.ID, false)
		if _, err := c.Scans(ctx); err != nil {
			return
		}
		switch rand.IntN(4) {
		case 0:
			_, err = c.CancelScan(ctx, scan.ID)
		case 1:
			err = h.remove(ctx, c, scan.ID)
		default:
			if _, err = c.Wait(ctx, scan.ID, nil); err == nil && rand.IntN(2) == 0 {
				err = h.remove(ctx, c, scan.ID)
			}
		}
		if err != nil {
			return
		}
	}
}

func (h *siege) remove(ctx context.Context, c *client.Client, id engine.ScanID) error {
	err := c.DeleteScan(ctx, id)
	if err == nil {
		h.note(id, true)
		return nil
	}
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.asked = append(h.asked, id)
	return err
}

func (h *siege) note(id engine.ScanID, deleted bool) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.acknowledged[id] = deleted
}

// settle lets the last server finish everything and looks at all of it.
func (h *siege) settle(t *testing.T, truth []string) {
	t.Helper()
	c, server := h.up(t)
	defer kill(server)
	scans, err := c.Scans(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	h.checkAcknowledged(t, scans)
	ends := map[string]int{}
	for _, scan := range scans {
		// The test's own time limit ends a wait for a scan that is stuck.
		scan, err = c.Wait(t.Context(), scan.ID, nil)
		if err != nil {
			t.Fatalf("scan %d: %v", scan.ID, err)
		}
		ends[string(scan.Status())]++
		checkDocuments(t, c, scan, truth)
	}
	checkIssues(t, c, ends[string(engine.StatusDone)])
	t.Logf("%d scans acknowledged, %d there: %v", len(h.acknowledged), len(scans), ends)
}

// checkIssues: whoever sees that a scan is done finds its issues, and every one of them
// has found each.
func checkIssues(t *testing.T, c *client.Client, done int) {
	t.Helper()
	page, err := c.Issues(t.Context(), client.IssueQuery{})
	if err != nil || len(page.Issues) == 0 {
		t.Fatalf("there are %d issues, %v", len(page.Issues), err)
	}
	for _, issue := range page.Issues {
		if issue.TimesSeen < done || issue.State != engine.IssuePresent {
			t.Errorf("%s at %s is %s and was seen %d times in %d scans that are done", issue.Rule, issue.URI, issue.State, issue.TimesSeen, done)
		}
	}
}

// checkAcknowledged: who was told that a scan is there, or gone, was told the truth.
func (h *siege) checkAcknowledged(t *testing.T, scans []engine.Scan) {
	t.Helper()
	for id, deleted := range h.acknowledged {
		there := slices.ContainsFunc(scans, func(s engine.Scan) bool { return s.ID == id })
		if there == deleted && !slices.Contains(h.asked, id) {
			t.Errorf("scan %d: deleted %v, there %v", id, deleted, there)
		}
	}
}

// checkDocuments: every scan counts what its index has; one that is done has what an
// undisturbed one has, and any other no document twice and none that is not there.
func checkDocuments(t *testing.T, c *client.Client, scan engine.Scan, truth []string) {
	t.Helper()
	found := documentsOf(t, c, scan)
	if scan.Count != len(found) {
		t.Errorf("scan %d (%s): %d documents, its count is %d", scan.ID, scan.Status(), len(found), scan.Count)
	}
	if scan.Status() == engine.StatusDone && !slices.Equal(found, truth) {
		t.Errorf("scan %d (%s): found\n%v, want\n%v", scan.ID, scan.LastStep(), found, truth)
	}
	for i, uri := range found {
		if !slices.Contains(truth, uri) || i > 0 && found[i-1] == uri {
			t.Errorf("scan %d (%s): %s is doubled or made up", scan.ID, scan.Status(), uri)
		}
	}
}

// documentsOf gives the URIs in the index of a scan, sorted; none if it has no index.
// Count, asked for them, must say the same.
func documentsOf(t *testing.T, c *client.Client, scan engine.Scan) (uris []string) {
	t.Helper()
	request := client.SearchRequest{Query: "*", Indices: []engine.ScanID{scan.ID}}
	counted, err := c.Count(t.Context(), request)
	if engine.KindOf(err) == engine.NotFound {
		return nil
	}
	if err != nil {
		t.Fatalf("count scan %d: %v", scan.ID, err)
	}
	documents, err := c.Search(t.Context(), request)
	if err != nil {
		t.Fatalf("search scan %d: %v", scan.ID, err)
	}
	for _, data := range documents {
		var document engine.Response
		if err := json.Unmarshal(data, &document); err != nil {
			t.Fatal(err)
		}
		uris = append(uris, strings.Join([]string{document.Transport, document.URI}, " "))
	}
	slices.Sort(uris)
	if counted != len(uris) {
		t.Errorf("scan %d: %d documents are counted, %d found", scan.ID, counted, len(uris))
	}
	return uris
}
