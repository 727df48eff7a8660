package provider_test

import (
	"database/sql"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	_ "modernc.org/sqlite" // the driver, to look into a data folder

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

func writeFile(t testing.TB, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func portOf(t testing.TB, address string) string {
	t.Helper()
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// makeNewer makes a data folder as a later version of the program would leave it.
func makeNewer(t *testing.T, dir string) {
	t.Helper()
	t.Run("make a data folder", func(t *testing.T) { enginetest.Embedded(t, dir) })
	// An engine that has just been closed may let go of the file a moment later.
	db, err := sql.Open("sqlite", filepath.Join(dir, "engine.db")+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), "PRAGMA user_version = 9999"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// greetingService says the same to everybody who connects, and waits.
func greetingService(t *testing.T, greeting string) (port int) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			running.Go(func() {
				defer conn.Close()
				if _, err := io.WriteString(conn, greeting); err == nil {
					_, _ = io.Copy(io.Discard, conn) // until the scanner hangs up
				}
			})
		}
	})
	t.Cleanup(func() {
		if err := listener.Close(); err != nil {
			t.Error(err)
		}
		running.Wait()
	})
	port, err = strconv.Atoi(portOf(t, listener.Addr().String()))
	if err != nil {
		t.Fatal(err)
	}
	return port
}
