package server_test

import (
	"bytes"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/server"
)

func start(t *testing.T, config server.Config) *server.Server {
	t.Helper()
	if config.DataDir == "" {
		config.DataDir = t.TempDir()
	}
	s, err := server.Start(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func scanZoo(t *testing.T, c *client.Client, zoo *enginetest.Zoo) engine.Scan {
	t.Helper()
	scan, err := c.CreateScan(t.Context(), engine.ScanRequest{Targets: []engine.Target{"127.0.0.1"}, Ports: engine.Ports(zoo.Ports())})
	if err != nil {
		t.Fatal(err)
	}
	ended, err := c.Wait(t.Context(), scan.ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	if ended.Status() != engine.StatusDone {
		t.Fatalf("scan ended as %s: %s", ended.Status(), ended.LastStep())
	}
	return ended
}

func findings(t *testing.T, c *client.Client, id engine.ScanID) []engine.Finding {
	t.Helper()
	page, err := c.Findings(t.Context(), client.FindingRequest{ScanID: id, Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	return page.Findings
}

func TestEveryFlawOfEveryServiceIsFound(t *testing.T) {
	zoo := enginetest.Services(t)
	c := start(t, server.Config{}).Client()
	scan := scanZoo(t, c, zoo)
	all := findings(t, c, scan.ID)
	for _, service := range zoo.Services {
		for _, flaw := range service.Flaws {
			if !slices.ContainsFunc(all, func(f engine.Finding) bool { return f.Rule == flaw && f.Port == service.Port }) {
				t.Errorf("%s was not found on %s", flaw, service.Name)
			}
		}
	}
	if scan.Summary.OpenPorts != len(zoo.Services) || scan.Summary.HostsUp != 1 || scan.Summary.Total != len(all) {
		t.Errorf("summary %+v with %d services and %d findings", scan.Summary, len(zoo.Services), len(all))
	}
}

func TestScanAgainGivesTheSameFingerprints(t *testing.T) {
	zoo := enginetest.Services(t)
	c := start(t, server.Config{}).Client()
	first, second := fingerprints(t, c, zoo), fingerprints(t, c, zoo)
	if !slices.Equal(first, second) || len(first) == 0 {
		t.Errorf("first %v\nthen %v", first, second)
	}
}

func fingerprints(t *testing.T, c *client.Client, zoo *enginetest.Zoo) []string {
	t.Helper()
	var all []string
	for _, f := range findings(t, c, scanZoo(t, c, zoo).ID) {
		all = append(all, f.Fingerprint)
	}
	slices.Sort(all)
	return all
}

func TestServerScansLoopbackOnlyWhereItIsAllowed(t *testing.T) {
	request := engine.ScanRequest{Targets: []engine.Target{"127.0.0.1"}, Ports: "9"}
	if _, err := start(t, server.Config{Mode: engine.ModeServer}).Client().CreateScan(t.Context(), request); engine.KindOf(err) != engine.Forbidden {
		t.Errorf("without --allow: %v", err)
	}
	allowed := server.Config{Mode: engine.ModeServer, Allow: engine.LoopbackPrefixes()}
	if _, err := start(t, allowed).Client().CreateScan(t.Context(), request); err != nil {
		t.Errorf("with --allow: %v", err)
	}
}

func TestFirstKeyIsMadeOnceAndKept(t *testing.T) {
	dir := t.TempDir()
	var keys []string
	var lock sync.Mutex
	var started sync.WaitGroup
	for range 4 { // at once, as Terraform starts providers
		started.Go(func() {
			s, err := server.Start(t.Context(), server.Config{DataDir: dir})
			if err != nil {
				t.Error(err)
				return
			}
			lock.Lock()
			defer lock.Unlock()
			if s.NewKey() != "" {
				keys = append(keys, s.NewKey())
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	started.Wait()
	path := filepath.Join(dir, server.AdminKeyFile)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	kept := strings.TrimSpace(string(text))
	if len(keys) != 1 || keys[0] != kept || !regexp.MustCompile(`^[A-Za-z0-9]{32}$`).MatchString(kept) {
		t.Errorf("%d keys were made, the one kept has %d characters", len(keys), len(kept))
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key file has mode %v, %v", info.Mode(), err)
	}
}

func TestGivenKeyIsNotWrittenDown(t *testing.T) {
	dir := t.TempDir()
	s := start(t, server.Config{DataDir: dir, AdminKey: enginetest.Key})
	if _, err := os.Stat(filepath.Join(dir, server.AdminKeyFile)); !os.IsNotExist(err) || s.NewKey() != "" {
		t.Errorf("key file: %v; new key of %d characters", err, len(s.NewKey()))
	}
	if _, err := server.Start(t.Context(), server.Config{DataDir: t.TempDir(), AdminKey: "not-alphanumeric-key"}); engine.KindOf(err) != engine.Invalid {
		t.Errorf("a key clients refuse: %v", err)
	}
}

// TestForeignKeyFile: what somebody put there is not the key of the first user.
func TestForeignKeyFile(t *testing.T) {
	for _, text := range []string{"", "\n", "short", "two words that are long"} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, server.AdminKeyFile), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := server.Start(t.Context(), server.Config{DataDir: dir})
		if err == nil || !strings.Contains(err.Error(), server.AdminKeyFile) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestOtherAdminKeyIsNotIgnoredInSilence: whoever gives a key to a data folder that has
// a user already would else look long for why it does not open.
func TestOtherAdminKeyIsNotIgnoredInSilence(t *testing.T) {
	dir := t.TempDir()
	for key, warned := range map[string]bool{enginetest.Key: false, strings.Repeat("o", 32): true} {
		first := start(t, server.Config{DataDir: dir, AdminKey: enginetest.Key})
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		start(t, server.Config{DataDir: dir, AdminKey: key, Log: slog.New(slog.NewTextHandler(&log, nil))})
		if got := strings.Contains(log.String(), "WARN"); got != warned || strings.Contains(log.String(), key) {
			t.Errorf("warned %v, want %v: %s", got, warned, log.String())
		}
	}
}

func TestAllowedRangesOfTheCallerStayAsTheyAre(t *testing.T) {
	mine := append(make([]netip.Prefix, 0, 8), netip.MustParsePrefix("192.0.2.0/24"))
	start(t, server.Config{Allow: mine})
	if beyond := mine[:2][1]; beyond.IsValid() {
		t.Errorf("%s was written into the caller's list", beyond)
	}
}

func TestDataDir(t *testing.T) {
	for want, environment := range map[string]map[string]string{
		"/data":                    {"PORTOLAN_DATA_DIR": "/data", "XDG_STATE_HOME": "/x", "HOME": "/h"},
		"/x/portolan":              {"XDG_STATE_HOME": "/x", "HOME": "/h"},
		"/h/.local/state/portolan": {"XDG_STATE_HOME": "relative", "HOME": "/h"},
	} {
		if got := server.DataDir(func(name string) string { return environment[name] }); got != want {
			t.Errorf("%v: %s, want %s", environment, got, want)
		}
	}
}
