package sqlite_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/cpe"
	"github.com/portolan-io/terraform-provider-portolan/engine/feed"
	"github.com/portolan-io/terraform-provider-portolan/engine/feed/sqlite"
)

const (
	nvd  = "../testdata/nvd.json"
	kev  = "../testdata/known_exploited_vulnerabilities.json"
	epss = "../testdata/epss_scores.csv"
)

// fresh gives the feed of an empty folder.
func fresh(t testing.TB) *sqlite.Feed {
	t.Helper()
	f := sqlite.New(filepath.Join(t.TempDir(), "data"))
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

// load imports files in one go.
func load(t testing.TB, f *sqlite.Feed, paths ...string) sqlite.Change {
	t.Helper()
	change, err := importFiles(t.Context(), f, paths...)
	if err != nil {
		t.Fatal(err)
	}
	return change
}

func importFiles(ctx context.Context, f *sqlite.Feed, paths ...string) (sqlite.Change, error) {
	return f.Import(ctx, func(sink feed.Sink) error {
		for _, path := range paths {
			if err := feed.ReadFile(ctx, feed.File{Path: path}, sink); err != nil {
				return err
			}
		}
		return nil
	})
}

func status(t testing.TB, f *sqlite.Feed) sqlite.Status {
	t.Helper()
	s, err := f.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// find gives the CVEs of a product as "CVE-2021-41773", those that may be with a "?".
func find(t testing.TB, f *sqlite.Feed, product, version string) []string {
	t.Helper()
	var names []string
	for _, m := range matches(t, f, product, version) {
		name := m.ID.String()
		if m.Outcome == feed.Maybe {
			name += "?"
		}
		names = append(names, name)
	}
	return names
}

func matches(t testing.TB, f *sqlite.Feed, product, version string) []feed.Match {
	t.Helper()
	vendor, name, _ := strings.Cut(product, ":")
	s, ok := feed.NewSubject(cpe.Software(cpe.Application, vendor, name, version))
	if !ok {
		t.Fatalf("%s has no version", product)
	}
	found, err := f.Find(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestFind(t *testing.T) {
	f := fresh(t)
	load(t, f, nvd, kev, epss)
	for _, tt := range []struct{ product, version, want string }{
		{"apache:http_server", "2.4.49", "CVE-2021-42013 CVE-2021-41773"}, // worst first
		{"apache:http_server", "2.4.50", "CVE-2021-42013"},
		{"apache:http_server", "2.4.51", ""},
		{"openbsd:openssh", "9.2p1", "CVE-2023-38408 CVE-2024-6387 CVE-2023-48795"},
		{"openbsd:openssh", "9.2", "CVE-2023-38408 CVE-2024-6387 CVE-2023-48795"},
		{"openbsd:openssh", "9.3", "CVE-2023-38408? CVE-2024-6387 CVE-2023-48795"},
		{"openbsd:openssh", "9.3p2", "CVE-2024-6387 CVE-2023-48795"},
		{"openbsd:openssh", "8.5", "CVE-2023-38408 CVE-2024-6387? CVE-2023-48795"},
		{"openbsd:openssh", "9.6p1", "CVE-2024-6387"},
		{"openbsd:openssh", "9.8", "CVE-2024-6387?"},
		{"openbsd:openssh", "9.8p1", ""},
		{"f5:nginx", "1.18.0", "CVE-2021-23017"},
		{"f5:nginx", "1.4.3", "CVE-2021-23017 CVE-2013-4547"}, // once under another vendor
		{"f5:nginx", "1.20.1", ""},
		{"redis:redis", "6.2.6", "CVE-2022-24735"},
		{"redis:redis", "6.2.7", ""},
		{"redis:redis", "7.0-rc1", "CVE-2022-24735"},
		{"openssl:openssl", "1.1.1k", "CVE-2099-0001"},
		{"openssl:openssl", "1.1.1l", ""},
		{"openssl:openssl", "3.0.6", "CVE-2022-3602"},
		{"php:php", "8.1.2-1ubuntu2.14", "CVE-2024-4577"},
		{"php:php", "7.4.3", "CVE-2099-0008?"}, // on Windows only
		{"php:php", "8.1.29", ""},
		{"apache:log4j", "2.14.1", "CVE-2021-44228"},
		{"apache:log4j", "2.12.2", ""},
		{"mikrotik:routeros", "6.48", "CVE-2099-0002?"},
		{"wordpress:wordpress", "6.1", ""}, // the plugin is vulnerable
		{"grafana:grafana", "9.1.0", "CVE-2099-0006?"},
		{"ntp:ntp", "4.2.8p12", "CVE-2099-0006"},
		{"ntp:ntp", "4.2.8p13", ""},
		{"ntp:ntp", "4.2.8", "CVE-2099-0006"},
		{"vsftpd_project:vsftpd", "3.0.3", "CVE-2099-0007?"},
		{"nobody:knows", "1.0", ""},
	} {
		if got := strings.Join(find(t, f, tt.product, tt.version), " "); got != tt.want {
			t.Errorf("%s %s: %s, want %s", tt.product, tt.version, got, tt.want)
		}
	}
}

func TestWhatIsFoundIsWhole(t *testing.T) {
	f := fresh(t)
	load(t, f, nvd, kev, epss)
	m := matches(t, f, "apache:http_server", "2.4.49")[1]
	if m.Score != 7.5 || m.Severity != engine.High || m.Exploited != "2021-11-03" || m.Probability != 0.94412 ||
		!strings.HasPrefix(m.Description, "A flaw was found") || len(m.ExploitLinks) != 1 || m.Outcome != feed.Yes {
		t.Errorf("%+v", m)
	}
}

func TestStatus(t *testing.T) {
	f := fresh(t)
	if s := status(t, f); s.Flaws != 0 || !s.Imported.IsZero() || !strings.HasSuffix(s.Path, "feed.db") {
		t.Errorf("before: %+v", s)
	}
	if ready, err := f.Ready(t.Context()); ready || err != nil {
		t.Errorf("before: %v, %v", ready, err)
	}
	change := load(t, f, nvd, kev, epss)
	if want := (sqlite.Change{New: 19, Exploited: 5, Scored: 10}); change != want {
		t.Errorf("%+v", change)
	}
	s := status(t, f)
	if s.Flaws != 18 || s.Exploited != 5 || s.Scored != 10 || s.Imported.IsZero() || s.Modified.Year() != 2026 || s.Released.Day() != 3 || s.Day.Day() != 3 {
		t.Errorf("after: %+v", s)
	}
	if ready, err := f.Ready(t.Context()); !ready || err != nil {
		t.Errorf("after: %v, %v", ready, err)
	}
	info, err := os.Stat(s.Path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

// edited gives a copy of a file in which some text is another.
func edited(t *testing.T, path string, replace ...string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.NewReplacer(replace...).Replace(string(text))
	if changed == string(text) {
		t.Fatalf("%q is not in %s", replace, path)
	}
	copied := filepath.Join(t.TempDir(), filepath.Base(path))
	if err := os.WriteFile(copied, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	return copied
}

// TestNewerReplacesOlder, and an older one does not; the same again changes nothing.
func TestNewerReplacesOlder(t *testing.T) {
	f := fresh(t)
	load(t, f, nvd, kev, epss)
	if change := load(t, f, nvd, kev, epss); change != (sqlite.Change{Unchanged: 19}) {
		t.Errorf("the same again: %+v", change)
	}
	const had = `"lastModified": "2024-07-24T17:08:43.710"`
	newer := edited(t, nvd, had, `"lastModified": "2025-07-24T17:08:43.710"`, "http_server:2.4.49:", "http_server:2.4.48:")
	if change := load(t, f, newer); change != (sqlite.Change{Updated: 1, Unchanged: 18}) {
		t.Errorf("newer: %+v", change)
	}
	want := []string{"CVE-2021-41773"}
	if got := find(t, f, "apache:http_server", "2.4.49"); !slices.Equal(got, want) {
		t.Errorf("newer: %v", got)
	}
	if got := find(t, f, "apache:http_server", "2.4.48"); !slices.Equal(got, []string{"CVE-2021-42013"}) {
		t.Errorf("newer: %v", got)
	}
	if load(t, f, nvd); !slices.Equal(find(t, f, "apache:http_server", "2.4.49"), want) {
		t.Error("an older one has replaced it")
	}
	older := edited(t, kev, `"2026-02-03T15`, `"2025-02-03T15`, `CVE-2021-41773`, `CVE-2021-1111`)
	if change := load(t, f, older); !change.Older || change.Exploited != 0 {
		t.Errorf("older catalogue: %+v", change)
	}
	later := edited(t, epss, "2026-02-03T", "2026-02-04T", "CVE-2021-41773,0.94412", "CVE-2021-41773,0.11111")
	if change := load(t, f, later); change.Scored != 10 || matches(t, f, "apache:http_server", "2.4.49")[0].Probability != 0.11111 {
		t.Errorf("later scores: %+v", change)
	}
}

func TestRejectedIsGoneAndStaysSo(t *testing.T) {
	f := fresh(t)
	load(t, f, nvd)
	rejected := edited(t, nvd, `"lastModified": "2024-11-21T06:50:59.430", "vulnStatus": "Analyzed"`, `"lastModified": "2025-11-21T06:50:59.430", "vulnStatus": "Rejected"`)
	load(t, f, rejected)
	load(t, f, nvd)
	if got := find(t, f, "redis:redis", "6.2.6"); got != nil {
		t.Errorf("%v", got)
	}
}

// TestDamagedFileChangesNothing, wherever it is damaged, and good files before it neither.
func TestDamagedFileChangesNothing(t *testing.T) {
	f := fresh(t)
	load(t, f, epss)
	before, path := status(t, f), edited(t, nvd, `"CVE-2099-0007"`, `"CVE-oh"`)
	if _, err := importFiles(t.Context(), f, kev, path); engine.KindOf(err) != engine.Invalid || !strings.Contains(err.Error(), path+": after byte") {
		t.Errorf("%v", err)
	}
	if after := status(t, f); after != before {
		t.Errorf("before %+v, after %+v", before, after)
	}
	if got := find(t, f, "redis:redis", "6.2.6"); got != nil {
		t.Errorf("%v", got)
	}
}

func TestImportIsSeenAtOnceByOthers(t *testing.T) {
	f := fresh(t)
	if got := find(t, f, "redis:redis", "6.2.6"); got != nil {
		t.Errorf("%v", got)
	}
	other := sqlite.New(filepath.Dir(status(t, f).Path))
	load(t, other, nvd)
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	if got := find(t, f, "redis:redis", "6.2.6"); len(got) != 1 {
		t.Errorf("after the first import: %v", got)
	}
	load(t, other, edited(t, nvd, `"2024-11-21T06:50:59.430", "vulnStatus": "Analyzed"`, `"2025-11-21T06:50:59.430", "vulnStatus": "Rejected"`))
	if got := find(t, f, "redis:redis", "6.2.6"); got != nil {
		t.Errorf("after the second: %v", got)
	}
	if err := os.Remove(status(t, f).Path); err != nil {
		t.Fatal(err)
	}
	if got := find(t, f, "apache:http_server", "2.4.49"); got != nil {
		t.Errorf("after the file was removed: %v", got)
	}
}

// TestImportsTakeTurns while others look things up.
func TestImportsTakeTurns(t *testing.T) {
	f := fresh(t)
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			if _, err := importFiles(t.Context(), f, nvd, kev, epss); err != nil {
				t.Errorf("import %d: %v", i, err)
			}
			if got := find(t, f, "redis:redis", "6.2.6"); len(got) != 1 {
				t.Errorf("find %d: %v", i, got)
			}
		})
	}
	all.Wait()
	if s := status(t, f); s.Flaws != 18 {
		t.Errorf("%+v", s)
	}
}

func TestForeignFileIsLeftAlone(t *testing.T) {
	f := fresh(t)
	path := status(t, f).Path
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	text := bytes.Repeat([]byte("not a database. "), 100)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := importFiles(t.Context(), f, nvd); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("import: %v", err)
	}
	if _, err := f.Status(t.Context()); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("status: %v", err)
	}
	if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, text) {
		t.Errorf("it was changed (%v)", err)
	}
}

func TestFailedFillIsRolledBack(t *testing.T) {
	f := fresh(t)
	broken := errors.New("broken")
	_, err := f.Import(t.Context(), func(sink feed.Sink) error {
		return errors.Join(sink.Flaw(feed.Flaw{ID: 2021_000000000001}), broken)
	})
	if !errors.Is(err, broken) {
		t.Error(err)
	}
	if s := status(t, f); s.Flaws != 0 {
		t.Errorf("%+v", s)
	}
}

// TestOddCriteriaAreKeptAsTheyAre: what is packed is unpacked.
func TestOddCriteriaAreKeptAsTheyAre(t *testing.T) {
	f := fresh(t)
	names := []string{
		`cpe:2.3:a:x\:y:erlang\/otp:1.\*:*:*:*:*:*:*:*`, `cpe:2.3:a:x:y:1.0:*:*:*:*:*:*:\:*`, `cpe:2.3:a:x:y:1.0:p1:-:*:pro:linux:x64:a\\`,
		`cpe:2.3:a:x:y:?1*:*:*:*:*:*:*:*`, `cpe:2.3:a:x:y:*:*:*:*:*:*:*:*`, `cpe:2.3:a:x:y:-:*:*:*:*:*:*:*`,
	}
	_, err := f.Import(t.Context(), func(sink feed.Sink) error {
		for i, text := range names {
			name, err := cpe.Parse(text)
			if err != nil {
				return err
			}
			c := feed.Criterion{Vulnerable: true, Name: name}
			if name.Version == cpe.Any {
				c.Start, c.End = &feed.Bound{Version: "1.0\t0"}, &feed.Bound{Version: "2", Excluding: true}
			}
			if err := sink.Flaw(feed.Flaw{ID: feed.ID(2021_000000000001 + i), Conditions: []feed.Condition{{Criteria: []feed.Criterion{c}}}}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(find(t, f, "x:y", "1.0")); got != "[CVE-2021-0005 CVE-2021-0004 CVE-2021-0002?]" {
		t.Error(got)
	}
	if got := fmt.Sprint(find(t, f, "x:y", "1.0p1")); got != "[CVE-2021-0005 CVE-2021-0004 CVE-2021-0003? CVE-2021-0002?]" {
		t.Error(got)
	}
	if got := fmt.Sprint(find(t, f, "x:y:erlang/otp", "1.*")); got != "[]" {
		t.Error(got)
	}
}
