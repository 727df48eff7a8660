package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestResolve(t *testing.T) {
	file := filepath.Join(t.TempDir(), "names")
	if err := os.WriteFile(file, []byte("# ours\nlocalhost # this\n\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out.jsonl")
	s := newShell(t)
	s.want(t, 0, "resolve", "--targets-file", file, "-o", out, "--family", "4")
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var line struct {
		Name      string
		Addresses []string
	}
	if err := json.Unmarshal(text, &line); err != nil || line.Name != "localhost" || strings.Join(line.Addresses, " ") != "127.0.0.1" {
		t.Errorf("%s: %v", text, err)
	}
	if !strings.Contains(s.err.String(), "1 of 1") {
		t.Errorf("no summary: %q", s.err.String())
	}
}

func TestBadInputOfStages(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "names")
	if err := os.WriteFile(bad, []byte("good.test\nhttp://bad.test/\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := newShell(t)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"resolve"}, "targets"},
		{[]string{"resolve", "a.test", "--family", "5"}, "4, 6 or both"},
		{[]string{"resolve", "a.test", "--format", "xml"}, "--format"},
		{[]string{"resolve", "a.test", "--resolvers", "dns.example"}, "--resolvers"},
		{[]string{"resolve", "a.test", "--allow", "dns.example"}, "--allow"},
		{[]string{"resolve", "a.test", "--exclude", "dns.example"}, "--exclude"},
		{[]string{"resolve", "--targets-file", bad}, "names:2"},
		{[]string{"resolve", "--targets-file", bad + ".not"}, "--targets-file"},
		{[]string{"resolve", "localhost", "-o", filepath.Join(bad, "x")}, "--output"},
	} {
		s.want(t, 64, c.args...)
		if !strings.Contains(s.err.String(), c.want) {
			t.Errorf("%v: the error lacks %q: %s", c.args, c.want, s.err.String())
		}
	}
}
