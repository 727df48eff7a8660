package server_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"sync"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// How many there are at once, how often each asks, and what the server may take.
const (
	pollers, polls      = 1000, 5
	searchers, searches = 50, 10
	crowdMemory         = 384 // MiB
)

// TestCrowd has many clients poll a scan and search its responses at once, each over
// a connection of its own. None meets an error, and memory stays bounded.
func TestCrowd(t *testing.T) {
	h := newSiege(t)
	c, server := h.up(t)
	defer kill(server)
	scan := h.scanned(t, c)
	var all sync.WaitGroup
	begin := make(chan struct{})
	join := func(n, times int, ask func(context.Context, *client.Client) error) {
		for range n {
			one := ownClient(t, h.endpoint)
			all.Go(func() {
				<-begin
				for range times {
					if err := ask(t.Context(), one); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
	}
	join(pollers, polls, func(ctx context.Context, c *client.Client) error { _, err := c.Scan(ctx, scan.ID); return err })
	join(searchers, searches, func(ctx context.Context, c *client.Client) error { return search(ctx, c, scan) })
	close(begin)
	all.Wait()
	if taken := peakMemory(t, server.Process.Pid); taken > crowdMemory {
		t.Errorf("the server took %d MiB", taken)
	}
}

// ownClient shares no connection with others and sends nothing twice.
func ownClient(t *testing.T, endpoint string) *client.Client {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	c, err := client.New(client.Config{Endpoint: endpoint, Key: enginetest.Key, MaxRetries: -1, HTTP: &http.Client{Transport: transport}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func search(ctx context.Context, c *client.Client, scan engine.Scan) error {
	found, err := c.Search(ctx, client.SearchRequest{Query: "host:127.0.0.1 AND NOT http.status_code:[400 TO 499]"})
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("nothing is found of scan %d", scan.ID)
	}
	return err
}

// peakMemory is the most a process had in memory at once, in MiB.
func peakMemory(t *testing.T, pid int) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Skip("this system does not tell a process's memory: ", err)
	}
	line := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status)
	if line == nil {
		t.Fatalf("no VmHWM in %s", status)
	}
	kib, err := strconv.Atoi(string(line[1]))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d pollers and %d searchers at once: the server took %d MiB", pollers, searchers, kib>>10)
	return kib >> 10
}
