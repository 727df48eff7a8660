package terraform_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/tools/tfcli/terraform"
)

// command writes an executable that prints what the real one prints for version.
func command(t *testing.T, dir, name, says string) string {
	t.Helper()
	return script(t, dir, name, fmt.Sprintf("cat <<'END'\n%s\nEND\n", says))
}

func script(t *testing.T, dir, name, body string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the stand-ins for the commands are shell scripts")
	}
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+body), 0o755); err != nil {
		t.Fatalf("write %s: %v", path, err)
	}
	return path
}

// environment hands in a PATH and, where given, TF_ACC_TERRAFORM_PATH.
func environment(path, explicit string) func(string) string {
	values := map[string]string{"PATH": path, "TF_ACC_TERRAFORM_PATH": explicit}
	return func(name string) string { return values[name] }
}

// goCommand stands in for go build: it counts its runs in a file and leaves an
// OpenTofu where -o says.
const goCommand = `echo run >> "$0.runs"
while [ "$1" != -o ]; do shift; done
printf '#!/bin/sh\necho OpenTofu v1.12.6\n' > "$2"
chmod +x "$2"
`

func repository(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	dir := filepath.Join(root, "tools", "tofu")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	gomod := "module x\n\nrequire github.com/opentofu/opentofu v1.12.6\n"
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(gomod), 0o600); err != nil {
		t.Fatal(err)
	}
	return root
}

func TestFindOrder(t *testing.T) {
	const warning = "Warning: Unable to open CLI configuration file\n\n"
	tests := map[string]struct {
		explicit, terraform, tofu string // what each says; empty: not there
		want, log                 string
	}{
		"the variable first":    {explicit: "Terraform v1.5.0", terraform: "Terraform v1.14.0", want: "Terraform v1.5.0"},
		"then terraform":        {terraform: "Terraform v1.8.0", tofu: "OpenTofu v1.12.6", want: "Terraform v1.8.0"},
		"warnings before it":    {terraform: warning + "Terraform v1.11.4\non linux_amd64", want: "Terraform v1.11.4"},
		"terraform too old":     {terraform: "Terraform v1.7.5", tofu: "OpenTofu v1.10.0", want: "OpenTofu v1.10.0", log: "it is version 1.7.5"},
		"terraform is no such":  {terraform: "hello", tofu: "OpenTofu v1.10.0", want: "OpenTofu v1.10.0", log: "does not say"},
		"terraform is tofu":     {terraform: "OpenTofu v1.11.0", want: "OpenTofu v1.11.0"},
		"tofu too old":          {tofu: "OpenTofu v1.9.4", want: "OpenTofu v1.12.6", log: "Building OpenTofu v1.12.6 once"},
		"nothing there":         {want: "OpenTofu v1.12.6", log: "Building OpenTofu v1.12.6 once"},
		"a pre-release is fine": {terraform: "Terraform v1.16.0-beta1", want: "Terraform v1.16.0-beta1"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			bin, explicit := t.TempDir(), ""
			script(t, bin, "go", goCommand)
			if test.terraform != "" {
				command(t, bin, "terraform", test.terraform)
			}
			if test.tofu != "" {
				command(t, bin, "tofu", test.tofu)
			}
			if test.explicit != "" {
				explicit = command(t, t.TempDir(), "mine", test.explicit)
			}
			var log strings.Builder
			cli, err := terraform.Find(t.Context(), terraform.Options{
				Env: environment(bin, explicit), Log: &log, Root: repository(t), Cache: t.TempDir(),
			})
			if err != nil {
				t.Fatal(err)
			}
			if cli.String() != test.want {
				t.Errorf("found %s, want %s", cli, test.want)
			}
			if !strings.Contains(log.String(), test.log) || (test.log == "" && log.Len() > 0) {
				t.Errorf("log is %q, want %q in it", &log, test.log)
			}
		})
	}
}

func TestFindHoldsToTheVariable(t *testing.T) {
	bin := t.TempDir()
	command(t, bin, "terraform", "Terraform v1.14.0")
	for name, explicit := range map[string]string{
		"missing":   filepath.Join(bin, "nowhere"),
		"fails":     script(t, t.TempDir(), "fails", "exit 1\n"),
		"not a CLI": command(t, t.TempDir(), "other", "something else"),
	} {
		t.Run(name, func(t *testing.T) {
			cli, err := terraform.Find(t.Context(), terraform.Options{Env: environment(bin, explicit)})
			if err == nil || !strings.Contains(err.Error(), "TF_ACC_TERRAFORM_PATH") {
				t.Errorf("found %v with error %v, want an error that names the variable", cli, err)
			}
		})
	}
}

func TestBuildHappensOnce(t *testing.T) {
	bin := t.TempDir()
	counter := script(t, bin, "go", goCommand) + ".runs"
	options := terraform.Options{Env: environment(bin, ""), Root: repository(t), Cache: t.TempDir()}
	found := make(chan error)
	const callers = 4
	for range callers {
		go func() {
			_, err := terraform.Find(t.Context(), options)
			found <- err
		}()
	}
	for range callers {
		if err := <-found; err != nil {
			t.Error(err)
		}
	}
	runs, err := os.ReadFile(counter)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(string(runs), "run"); got != 1 {
		t.Errorf("built %d times, want once", got)
	}
}

func TestBuildFailureLeavesNothing(t *testing.T) {
	bin, cache := t.TempDir(), t.TempDir()
	script(t, bin, "go", "exit 1\n")
	options := terraform.Options{Env: environment(bin, ""), Root: repository(t), Cache: cache}
	if cli, err := terraform.Find(t.Context(), options); err == nil {
		t.Fatalf("found %v, want an error", cli)
	}
	script(t, bin, "go", goCommand)
	if _, err := terraform.Find(t.Context(), options); err != nil {
		t.Errorf("after a failed build: %v", err)
	}
}

// The pin the real module holds is one that can be read.
func TestPinnedVersion(t *testing.T) {
	bin := t.TempDir()
	script(t, bin, "go", goCommand)
	var log strings.Builder
	_, err := terraform.Find(t.Context(), terraform.Options{Env: environment(bin, ""), Log: &log, Cache: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), "Building OpenTofu v1.") {
		t.Errorf("log is %q, want the version of tools/tofu/go.mod", &log)
	}
}

func TestEnviron(t *testing.T) {
	cli := terraform.CLI{Path: "/bin/terraform"}
	want := []string{"TF_ACC_TERRAFORM_PATH=/bin/terraform", "TF_CLI_CONFIG_FILE=/tmp/x", "CHECKPOINT_DISABLE=1"}
	if got := cli.Environ("/tmp/x"); !slices.Equal(got, want) {
		t.Errorf("Terraform gets %q, want %q", got, want)
	}
	cli.Tofu = true
	if got := cli.Environ("/tmp/x"); !slices.Contains(got, "TF_ACC_PROVIDER_HOST=registry.opentofu.org") {
		t.Errorf("OpenTofu gets %q, want the host of its registry", got)
	}
}
