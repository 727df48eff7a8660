package server_test

import (
	"bufio"
	crypto "crypto/rand"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/accept"
)

// privateMounts skips the test unless it may mount in a namespace of its own.
func privateMounts(t *testing.T) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), "unshare", "--mount", "sh", "-c", "mount -t tmpfs none /mnt && nsenter --version").CombinedOutput(); err != nil {
		t.Skipf("mounting in a namespace of one's own needs root, unshare and nsenter: %v: %s", err, out)
	}
}

// mounted makes a server run where a command has changed the mounts. $DATA is the
// data folder.
func (h *siege) mounted(mount string) {
	h.around = []string{"env", "DATA=" + h.dir, "unshare", "--mount", "sh", "-c", mount + ` && exec "$@"`, "sh"}
}

// TestFullDisk fills the disk of a server with scans. The one that does not fit is
// refused with the reason, and with space again everything acknowledged is there
// and ends.
func TestFullDisk(t *testing.T) {
	privateMounts(t)
	h := newSiege(t)
	h.mounted(`mount -t tmpfs -o size=17m none "$DATA"`)
	c, server := h.up(t)
	defer kill(server)
	var err error
	for err == nil {
		var scan engine.Scan
		if scan, err = c.CreateScan(t.Context(), h.request()); err == nil {
			h.note(scan.ID, false)
		}
		if len(h.acknowledged) > 10_000 {
			t.Fatal("the disk does not fill")
		}
	}
	t.Logf("after %d scans: %v", len(h.acknowledged), err)
	if !strings.Contains(err.Error(), "no space is left") {
		t.Errorf("a full disk gives %v", err)
	}
	inside(t, server, `mount -o remount,size=64m "$DATA"`, h)
	scans, err := c.Scans(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	h.checkAcknowledged(t, scans)
	ends := map[string]int{}
	for _, scan := range scans {
		if scan, err = c.Wait(t.Context(), scan.ID, nil); err != nil {
			t.Fatal(err)
		}
		ends[string(scan.Status())+": "+scan.LastStep()]++
		if found := documentsOf(t, c, scan); len(found) != scan.Count {
			t.Errorf("scan %d has %d documents, its count is %d", scan.ID, len(found), scan.Count)
		}
	}
	t.Log(ends)
	if _, err := c.CreateScan(t.Context(), h.request()); err != nil {
		t.Errorf("with space again: %v", err)
	}
}

// inside runs a shell command with the mounts of a server.
func inside(t *testing.T, server *exec.Cmd, text string, h *siege) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "nsenter", "--mount", "--target", strconv.Itoa(server.Process.Pid), "sh", "-c", text)
	command.Env = append(os.Environ(), "DATA="+h.dir)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", text, err, out)
	}
}

// noisyPages are web servers at one port of every loopback address. Their pages do not
// compress, so that an index of them fills a disk.
func noisyPages(t *testing.T) engine.Ports {
	t.Helper()
	listener := everyLoopback(t)
	pages := accept.Serve(listener, func(conn net.Conn) {
		body := make([]byte, 64<<10)
		_, _ = crypto.Read(body) // never fails
		text := base64.StdEncoding.EncodeToString(body)
		if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
			_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", len(text), text)
		}
	})
	t.Cleanup(func() { _ = pages.Close() }) // it ends with the test in any case
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return engine.Ports(port)
}

// TestScanThatFillsTheDisk ends as failed, says so in its last step at once, and what it
// has found by then can be read. With space again the next one is carried through.
func TestScanThatFillsTheDisk(t *testing.T) {
	privateMounts(t)
	h := newSiege(t)
	h.mounted(`mount -t tmpfs -o size=24m none "$DATA"`)
	c, server := h.up(t)
	defer kill(server)
	h.ports = noisyPages(t)
	scan, err := c.CreateScan(t.Context(), engine.ScanRequest{Targets: []engine.Target{"127.1.0.0/22"}, Ports: h.ports})
	if err != nil {
		t.Fatal(err)
	}
	h.wantFull(t, c, scan.ID)
	if _, err := c.CreateScan(t.Context(), h.request()); err == nil || !strings.Contains(err.Error(), engine.TitleDiskFull) {
		t.Errorf("another scan on a full disk gives %v", err)
	}
	inside(t, server, `mount -o remount,size=512m "$DATA"`, h)
	if scan := h.scanned(t, c); scan.Status() != engine.StatusDone {
		t.Errorf("with space again a scan is %s: %s", scan.Status(), scan.LastStep())
	}
}

// wantFull waits for the end of a scan that the disk has no room for.
func (h *siege) wantFull(t *testing.T, c *client.Client, id engine.ScanID) {
	t.Helper()
	scan, err := c.Wait(t.Context(), id, nil)
	if err != nil {
		t.Fatal(err)
	}
	if scan.Status() != engine.StatusFailed || !strings.HasPrefix(scan.LastStep(), engine.TitleDiskFull) {
		t.Errorf("the scan is %s: %s", scan.Status(), scan.LastStep())
	}
	found, err := c.Count(t.Context(), client.SearchRequest{Query: "*", Indices: []engine.ScanID{scan.ID}})
	if err != nil || found == 0 || found != scan.Count {
		t.Errorf("the scan has %d documents (%v), its count is %d", found, err, scan.Count)
	}
	t.Logf("%d documents, then: %s", found, scan.LastStep())
}

// TestDiskFilledByOthers: not a byte is left while a scan runs. Its end is put on record
// when there is some again, if not before, and says what was the matter.
func TestDiskFilledByOthers(t *testing.T) {
	privateMounts(t)
	h := newSiege(t)
	h.mounted(`mount -t tmpfs -o size=64m none "$DATA"`)
	full := h.hears(engine.TitleDiskFull)
	c, server := h.up(t)
	defer kill(server)
	h.ports = noisyPages(t)
	scan, err := c.CreateScan(t.Context(), engine.ScanRequest{Targets: []engine.Target{"127.1.0.0/22"}, Ports: h.ports, Profile: engine.Profile{Rate: 5}})
	if err != nil {
		t.Fatal(err)
	}
	for scan.Count == 0 && err == nil {
		scan, err = c.Scan(t.Context(), scan.ID)
	}
	inside(t, server, `cat /dev/zero > "$DATA/filling" 2>/dev/null || true`, h)
	ended := make(chan error, 1)
	go func() {
		_, err := c.Wait(t.Context(), scan.ID, nil)
		ended <- err
	}()
	select {
	case <-full: // it cannot be put on record
	case err := <-ended:
		if err != nil {
			t.Fatal(err)
		}
	}
	inside(t, server, `rm "$DATA/filling"`, h)
	h.wantFull(t, c, scan.ID)
}

// hears gives a channel that is closed when the next server logs a text.
func (h *siege) hears(text string) <-chan struct{} {
	heard := make(chan struct{})
	log, w := io.Pipe()
	h.log = w
	go func() {
		for lines := bufio.NewScanner(log); lines.Scan(); {
			if strings.Contains(lines.Text(), text) {
				close(heard)
				break
			}
		}
		_, _ = io.Copy(io.Discard, log) // or the server would wait
	}()
	return heard
}

// TestReadOnlyDisk starts a server on a folder that can only be read. It refuses
// what it cannot keep and says why, and what is there stays.
func TestReadOnlyDisk(t *testing.T) {
	privateMounts(t)
	h := newSiege(t)
	truth := h.undisturbed(t)
	h.mounted(`mount --bind "$DATA" "$DATA" && mount -o remount,ro,bind "$DATA"`)
	command, ready := h.serve(t, 5*time.Second)
	if c := <-ready; c != nil {
		_, err := c.CreateScan(t.Context(), h.request())
		t.Log(err)
		if err == nil || !strings.Contains(err.Error(), "cannot be written") {
			t.Errorf("a scan on a read-only disk gives %v", err)
		}
	}
	kill(command)
	h.around = nil
	h.settle(t, truth)
}

// TestFolderRemoved takes the data folder from a running server. Whatever is
// asked then is refused with the name of what is missing, not acknowledged and lost.
func TestFolderRemoved(t *testing.T) {
	h := newSiege(t)
	c, server := h.up(t)
	defer kill(server)
	h.scanned(t, c)
	if err := os.RemoveAll(h.dir); err != nil {
		t.Fatal(err)
	}
	_, err := c.CreateScan(t.Context(), h.request())
	if err == nil || !strings.Contains(err.Error(), h.dir) {
		t.Errorf("without its folder the server answers %v", err)
	}
}
