package server_test

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
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
	h.mounted(`mount -t tmpfs -o size=4m none "$DATA"`)
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
