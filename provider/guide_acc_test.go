package provider_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// guideWorkspace is a folder with all files of a guide's example.
func guideWorkspace(t *testing.T, name string) *workspace {
	t.Helper()
	w := newWorkspace(t, "")
	files, err := filepath.Glob(filepath.Join("..", "examples", "guides", name, "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there is no example %s, %v", name, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		w.write(filepath.Base(file), string(text))
	}
	w.env = append(w.env, "PORTOLAN_DATA_DIR="+t.TempDir())
	return w
}

// What the guides show does what they say, on the flawed services of the tests.
func TestAccGuides(t *testing.T) {
	terraformPath(t) // skips without a CLI
	zoo := enginetest.Services(t)
	redis, ssh := strconv.Itoa(zoo.Get("redis").Port), strconv.Itoa(zoo.Get("ssh").Port)
	const here = `targets=["127.0.0.1"]`
	for name, test := range map[string]struct {
		guide string
		vars  []string
		code  int
		parts []string
	}{
		"getting started":    {"getting-started", []string{"ports=" + zoo.Ports()}, 0, []string{"findings = [", "open_ports = " + strconv.Itoa(len(zoo.Services))}},
		"gate closes":        {"pipeline", []string{here, "release=v1", "ports=" + redis}, 1, []string{"redis.no-auth", "The policy matches"}},
		"gate passes":        {"pipeline", []string{here, "release=v1", "ports=" + ssh}, 0, []string{"Apply complete!"}},
		"without state":      {"ci-without-state", []string{here, "ports=" + redis}, 1, []string{"redis.no-auth"}},
		"without state, all": {"ci-without-state", []string{here, "ports=" + ssh}, 0, []string{"Apply complete!"}},
		"after nmap":         {"nmap", []string{"ports=" + redis}, 1, []string{"rule:redis.*"}},
		"after nmap, all":    {"nmap", []string{"ports=" + ssh}, 0, []string{"127.0.0.1:" + ssh + " ssh"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := guideWorkspace(t, test.guide)
			args := []string{"apply", "-auto-approve"}
			for _, v := range test.vars {
				args = append(args, "-var", v)
			}
			out, code := w.run(args...)
			if code != test.code {
				t.Errorf("ended with %d:\n%s", code, out)
			}
			for _, part := range test.parts {
				if !strings.Contains(out, part) {
					t.Errorf("%q is missing from:\n%s", part, out)
				}
			}
		})
	}
}

// The guide about servers: the scan goes on when apply has ended, and stays.
func TestAccGuideServer(t *testing.T) {
	w := guideWorkspace(t, "server")
	zoo, e := enginetest.Services(t), enginetest.Start(t)
	w.env = append(w.env, "PORTOLAN_ENDPOINT="+e.Endpoint, "PORTOLAN_API_KEY="+e.Key)
	vars := []string{"-var", `networks=["127.0.0.1"]`, "-var", "ports=" + zoo.Ports()}
	if out := w.must(append([]string{"apply", "-auto-approve"}, vars...)...); !strings.Contains(out, e.Endpoint+"/api/scanner/1/") {
		t.Errorf("the address of the scan is missing from:\n%s", out)
	}
	if _, err := e.Client.Wait(t.Context(), 1, nil); err != nil {
		t.Error(err)
	}
	w.must(append([]string{"destroy", "-auto-approve"}, vars...)...)
	wantStatus(t, e, 1, "done")
}
