package pages_test

import (
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/portolan-io/terraform-provider-portolan/tools/docs/pages"
)

func files(contents map[string]string) fstest.MapFS {
	all := fstest.MapFS{}
	for name, text := range contents {
		all[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return all
}

func TestCompare(t *testing.T) {
	fresh := map[string]string{"index.md": "# Portolan", "resources/scan.md": "# Scan"}
	tests := map[string]struct {
		docs map[string]string
		want string
	}{
		"the same":  {fresh, ""},
		"changed":   {map[string]string{"index.md": "# Portulan", "resources/scan.md": "# Scan"}, "docs/index.md: not what make generate writes; run it"},
		"missing":   {map[string]string{"index.md": "# Portolan"}, "docs/resources/scan.md: not what make generate writes; run it"},
		"left over": {map[string]string{"index.md": "# Portolan", "resources/scan.md": "# Scan", "z.md": ""}, "docs/z.md: not what make generate writes; run it"},
		"nothing":   {nil, "docs/index.md, docs/resources/scan.md: not what make generate writes; run it"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := ""
			if err := pages.Compare(files(fresh), files(test.docs)); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("said %q, want %q", got, test.want)
			}
		})
	}
}

func TestCompareWithoutDocs(t *testing.T) {
	nowhere := os.DirFS(filepath.Join(t.TempDir(), "docs"))
	if err := pages.Compare(files(map[string]string{"index.md": ""}), nowhere); err == nil {
		t.Error("a missing folder passes for up to date")
	}
}
