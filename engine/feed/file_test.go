package feed_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/feed"
)

// shelf keeps what it is handed.
type shelf struct {
	flaws     []feed.Flaw
	catalogue feed.Catalogue
	scores    feed.Scores
	refuse    error
}

func (s *shelf) Flaw(f feed.Flaw) error           { s.flaws = append(s.flaws, f); return s.refuse }
func (s *shelf) Catalogue(c feed.Catalogue) error { s.catalogue = c; return s.refuse }
func (s *shelf) Scores(c feed.Scores) error       { s.scores = c; return s.refuse }

func (s *shelf) flaw(t *testing.T, id string) feed.Flaw {
	t.Helper()
	for _, f := range s.flaws {
		if f.ID.String() == id {
			return f
		}
	}
	t.Fatalf("%s was not read", id)
	return feed.Flaw{}
}

func sample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func write(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func gzipped(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write(data)
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zipped(t testing.TB, members ...[]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i, data := range members {
		member, err := w.Create(fmt.Sprintf("folder/part%d.json", i+1))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := member.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func readInto(t *testing.T, data []byte) (*shelf, error) {
	t.Helper()
	s := &shelf{}
	return s, feed.ReadFile(t.Context(), feed.File{Path: write(t, "feed", data)}, s)
}

// TestFilesAreToldApartByContent: plain, in gzip, in a zip, whatever they are called.
func TestFilesAreToldApartByContent(t *testing.T) {
	nvd, kev, epss := sample(t, "nvd.json"), sample(t, "known_exploited_vulnerabilities.json"), sample(t, "epss_scores.csv")
	for name, tt := range map[string]struct {
		data                 []byte
		flaws, listed, lines int
	}{
		"nvd":            {nvd, 19, 0, 0},
		"nvd.gz":         {gzipped(t, nvd), 19, 0, 0},
		"nvd.zip":        {zipped(t, nvd), 19, 0, 0},
		"two in a zip":   {zipped(t, nvd, kev), 19, 5, 0},
		"kev":            {kev, 0, 5, 0},
		"kev.gz":         {gzipped(t, kev), 0, 5, 0},
		"epss":           {epss, 0, 0, 10},
		"epss.gz":        {gzipped(t, epss), 0, 0, 10},
		"a byte order":   {append([]byte("\ufeff"), nvd...), 19, 0, 0},
		"lines of DOS":   {bytes.ReplaceAll(epss, []byte("\n"), []byte("\r\n")), 0, 0, 10},
		"an empty page":  {[]byte(`{"format":"NVD_CVE","version":"2.0","vulnerabilities":[]}`), 0, 0, 0},
		"keys in a row":  {[]byte(`{"vulnerabilities":[{"cveID":"CVE-2021-1234","dateAdded":"2021-11-03"}],"dateReleased":"2026-01-02T03:04:05Z","count":1}`), 0, 1, 0},
		"gzip of gzips":  {append(gzipped(t, epss[:100]), gzipped(t, epss[100:])...), 0, 0, 10},
		"further member": {[]byte(`{"new":{"deep":[1,2]},"vulnerabilities":[{"cveID":"CVE-2021-1234","dateAdded":"2021-11-03","x":{}}],"dateReleased":"2026-01-02"}`), 0, 1, 0},
	} {
		s, err := readInto(t, tt.data)
		if err != nil || len(s.flaws) != tt.flaws || len(s.catalogue.Entries) != tt.listed || len(s.scores.Entries) != tt.lines {
			t.Errorf("%s: %d flaws, %d exploited, %d scores, %v", name, len(s.flaws), len(s.catalogue.Entries), len(s.scores.Entries), err)
		}
	}
}

func TestWhatIsKeptOfAFlaw(t *testing.T) {
	s, err := readInto(t, sample(t, "nvd.json"))
	if err != nil {
		t.Fatal(err)
	}
	f := s.flaw(t, "CVE-2021-41773")
	if f.Score != 7.5 || f.Severity != engine.High || len(f.ExploitLinks) != 1 || !strings.HasPrefix(f.Description, "A flaw was found") ||
		len(f.Conditions) != 2 || f.Modified.Format("2006-01-02T15:04:05.000") != "2024-07-25T17:32:15.110" {
		t.Errorf("%+v", f)
	}
	for id, want := range map[string]struct {
		score    float64
		severity engine.Severity
	}{
		"CVE-2099-0001":  {9.3, engine.Critical}, // 4.0 before 3.1 and 2
		"CVE-2022-24735": {7.8, engine.High},     // NVD's before another's
		"CVE-2024-6387":  {8.1, engine.High},     // another's where NVD has none
		"CVE-2099-0006":  {6.5, engine.Medium},   // 3.0
		"CVE-2013-4547":  {7.5, engine.High},     // 2, which has its severity elsewhere
		"CVE-2099-0005":  {0, engine.Low},        // none yet
	} {
		if f := s.flaw(t, id); f.Score != want.score || f.Severity != want.severity {
			t.Errorf("%s: %v %s", id, f.Score, f.Severity)
		}
	}
	if f := s.flaw(t, "CVE-2099-0004"); !f.Rejected || len(f.Conditions) != 0 || f.Description != "" {
		t.Errorf("rejected: %+v", f)
	}
	if f := s.flaw(t, "CVE-2099-0008"); len(f.Conditions) != 1 || !f.Conditions[0].All || f.Conditions[0].IsList() {
		t.Errorf("runs on: %+v", f.Conditions)
	}
}

func TestDamagedFilesNameFileAndPlace(t *testing.T) {
	nvd, kev, epss := string(sample(t, "nvd.json")), string(sample(t, "known_exploited_vulnerabilities.json")), string(sample(t, "epss_scores.csv"))
	packed := gzipped(t, []byte(nvd))
	flipped := bytes.Clone(packed)
	flipped[len(flipped)/2] ^= 0x55
	edit := func(text, old, instead string) string {
		if !strings.Contains(text, old) {
			t.Fatalf("%q is not there", old)
		}
		return strings.Replace(text, old, instead, 1)
	}
	for name, tt := range map[string]struct{ data, says string }{
		"cut off":              {nvd[:len(nvd)/2], "the file ends here"},
		"cut after an entry":   {nvd[:strings.LastIndex(nvd, "\n]")], "the file ends here"},
		"cut before the end":   {nvd[:len(nvd)-2], "the file ends here"},
		"gzip cut off":         {string(packed[:len(packed)-20]), "the file ends here"},
		"gzip without its end": {string(packed[:len(packed)-4]), "the file ends here"},
		"gzip damaged":         {string(flipped), "after byte "},
		"a comma":              {edit(nvd, `"id": "CVE-2024-6387",`, `"id": "CVE-2024-6387"`), "after byte 3529: entry 3: invalid character"},
		"a CVE id":             {edit(nvd, `"CVE-2024-6387"`, `"CVE-2024-63B7"`), "entry 3: \"CVE-2024-63B7\" is no CVE id"},
		"a time":               {edit(nvd, `"lastModified": "2024-11-21T09:49:33.060"`, `"lastModified": "soon"`), "entry 3: CVE-2024-6387: lastModified"},
		"a score":              {edit(nvd, `"baseScore": 8.1`, `"baseScore": 81`), "CVE-2024-6387: metrics: a score of 81"},
		"no score":             {edit(nvd, `"baseScore": 8.1, `, ``), "CVE-2024-6387: metrics: a score is missing"},
		"a CPE":                {edit(nvd, "cpe:2.3:a:openbsd:openssh:4.4", "cpe:2.3:a:openbsd:open ssh:4.4"), "CVE-2024-6387: configurations: "},
		"an operator":          {edit(nvd, `"operator": "AND"`, `"operator": "XOR"`), "neither AND nor OR"},
		"a type":               {edit(nvd, `"configurations": [`, `"configurations": "`), "after byte "},
		"more behind":          {nvd + "{}", "more behind"},
		"another list":         {`{"vulnerabilities":[{"id":1}]}`, "entry 1: there is neither"},
		"mixed lists":          {edit(nvd, `{"cve": {"id": "CVE-2024-6387"`, `{"cveID":"CVE-2021-1234","dateAdded":"2021-11-03"}, {"cve": {"id": "CVE-2024-6387"`), "entry 3"},
		"old format":           {`{"CVE_data_type":"CVE","CVE_data_format":"MITRE","CVE_Items":[]}`, "1.1"},
		"other JSON":           {`{"hello":1}`, `no list "vulnerabilities"`},
		"empty list":           {`{"vulnerabilities":[]}`, "the list is empty"},
		"no object":            {`[1]`, "begins neither"},
		"catalogue lacks some": {edit(kev, `"count": 5`, `"count": 1400`), "5 entries and not 1400"},
		"catalogue's date":     {edit(kev, `"dateReleased": "2026`, `"dateReleased": "X`), "dateReleased"},
		"catalogue's entry":    {edit(kev, `"dateAdded": "2021-12-10"`, `"dateAdded": "never"`), "entry 3: CVE-2021-44228: dateAdded"},
		"scores cut off":       {epss[:len(epss)-3], "line 12: the file ends here"},
		"a score's line":       {edit(epss, "CVE-2023-38408,0.65221,0.50000", "CVE-2023-38408;0.65221"), "line 8: "},
		"no probability":       {edit(epss, "0.65221", "1.65221"), "line 8: CVE-2023-38408: epss"},
		"no number":            {edit(epss, "0.65221", "NaN"), "line 8: CVE-2023-38408: epss"},
		"scores without a day": {edit(epss, ",score_date:", ",day:"), "line 1: there is no score_date"},
		"other columns":        {edit(epss, "cve,epss,percentile", "cve,percentile,epss"), "line 2: the columns"},
		"no scores":            {"#model_version:v1,score_date:2026-02-03\ncve,epss,percentile\n", "the list is empty"},
		"a long line":          {epss + strings.Repeat("x", 5000) + "\n", "longer than"},
		"a web page":           {"<!doctype html><title>404</title>", "web page"},
		"empty":                {"", "the file is empty"},
		"blank":                {" \n ", "the file is empty"},
		"something else":       {"hello", "begins neither"},
		"an empty zip":         {string(zipped(t)) + "", "begins neither"},
		"a broken zip":         {"PK\x03\x04 and nothing more", "zip: "},
		"broken in a zip":      {string(zipped(t, []byte(nvd), []byte(epss[:90]))), `"folder/part2.json" in it: line `},
	} {
		s := &shelf{}
		path := write(t, "some.json", []byte(tt.data))
		err := feed.ReadFile(t.Context(), feed.File{Path: path}, s)
		if engine.KindOf(err) != engine.Invalid || !strings.Contains(err.Error(), tt.says) || !strings.Contains(err.Error(), path+": ") {
			t.Errorf("%s: %v; want it to say %q", name, err, tt.says)
		}
	}
}

func TestMissingFile(t *testing.T) {
	err := feed.ReadFile(t.Context(), feed.File{Path: filepath.Join(t.TempDir(), "gone.json")}, &shelf{})
	if engine.KindOf(err) != engine.Invalid || !strings.Contains(err.Error(), "gone.json") {
		t.Error(err)
	}
	if err := feed.ReadFile(t.Context(), feed.File{Path: t.TempDir()}, &shelf{}); engine.KindOf(err) != engine.Invalid {
		t.Error(err)
	}
}

func TestChecksum(t *testing.T) {
	nvd := sample(t, "nvd.json")
	packed := gzipped(t, nvd)
	hexOf := func(data []byte) string { sum := sha256.Sum256(data); return hex.EncodeToString(sum[:]) }
	for name, tt := range map[string]struct {
		data []byte
		sum  string
		says string
	}{
		"of the file":           {packed, hexOf(packed), ""},
		"of what is in it":      {packed, strings.ToUpper(hexOf(nvd)), ""},
		"of a plain file":       {nvd, hexOf(nvd), ""},
		"of what is in a zip":   {zipped(t, nvd), hexOf(nvd), ""},
		"of something else":     {packed, hexOf([]byte("x")), "SHA-256 is " + hexOf(packed)},
		"that is none":          {packed, "abc", "64 hex digits"},
		"of the plain, damaged": {nvd[1:], hexOf(nvd), "begins neither"},
	} {
		err := feed.ReadFile(t.Context(), feed.File{Path: write(t, "f", tt.data), SHA256: tt.sum}, &shelf{})
		if tt.says == "" && err != nil || tt.says != "" && (err == nil || !strings.Contains(err.Error(), tt.says)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestProgressEndsAtTheSize(t *testing.T) {
	data := gzipped(t, sample(t, "nvd.json"))
	var last, size int64
	file := feed.File{Path: write(t, "f", data), Progress: func(read, of int64) { last, size = read, of }}
	if err := feed.ReadFile(t.Context(), file, &shelf{}); err != nil || last != int64(len(data)) || size != last {
		t.Errorf("%d of %d: %v", last, size, err)
	}
}

func TestErrorsOfTheSinkAreItsOwn(t *testing.T) {
	full := errors.New("no space left")
	for _, name := range []string{"nvd.json", "known_exploited_vulnerabilities.json", "epss_scores.csv"} {
		err := feed.ReadFile(t.Context(), feed.File{Path: filepath.Join("testdata", name)}, &shelf{refuse: full})
		if !errors.Is(err, full) || engine.KindOf(err) != engine.Internal {
			t.Errorf("%s: %v", name, err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := feed.ReadFile(ctx, feed.File{Path: filepath.Join("testdata", name)}, &shelf{}); !errors.Is(err, context.Canceled) && name != "known_exploited_vulnerabilities.json" {
			t.Errorf("%s, cancelled: %v", name, err)
		}
	}
}

// TestHugeEntryIsRefused: memory stays bounded whatever the file says.
func TestHugeEntryIsRefused(t *testing.T) {
	if testing.Short() {
		t.Skip("it writes 33 MB")
	}
	var text bytes.Buffer
	text.WriteString(`{"vulnerabilities":[{"cve":{"id":"`)
	text.Write(bytes.Repeat([]byte("x"), 33<<20))
	if _, err := readInto(t, gzipped(t, text.Bytes())); err == nil || !strings.Contains(err.Error(), "larger than 32 MB") {
		t.Error(err)
	}
}

func FuzzReadFile(f *testing.F) {
	for _, name := range []string{"nvd.json", "known_exploited_vulnerabilities.json", "epss_scores.csv"} {
		data := sample(f, name)
		f.Add(data)
		f.Add(gzipped(f, data))
		f.Add(zipped(f, data))
		f.Add(data[:len(data)/2])
	}
	f.Add([]byte(`{"vulnerabilities":[{"cveID":"CVE-2021-1234","dateAdded":"2021-11-03"}],"dateReleased":"2026-01-02T03:04:05Z","count":1}`))
	f.Add([]byte(`{"vulnerabilities":[{"cve":{"id":"CVE-2021-1234","lastModified":"2026-01-02T03:04:05","configurations":[{"nodes":[{"cpeMatch":[{"criteria":"cpe:2.3:a:x:y:*:*:*:*:*:*:*:*"}]}]}]}}]}`))
	path := filepath.Join(f.TempDir(), "feed")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		s := &shelf{}
		if err := feed.ReadFile(t.Context(), feed.File{Path: path}, s); err != nil && engine.KindOf(err) != engine.Invalid {
			t.Fatal(err)
		}
		for _, flaw := range s.flaws {
			if again, err := feed.ParseID(flaw.ID.String()); err != nil || again != flaw.ID {
				t.Fatalf("%s: %v", flaw.ID, err)
			}
			for _, c := range flaw.Conditions {
				c.Affects(subject(t, "openbsd:openssh", "9.2p1"))
			}
		}
	})
}
