package terraform_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/tools/tfcli/terraform"
)

func TestRun(t *testing.T) {
	dir := t.TempDir()
	path := command(t, dir, "terraform", "Terraform v1.11.4")
	seen := filepath.Join(dir, "seen")
	program := script(t, dir, "program",
		`echo "$TF_ACC $TF_ACC_TERRAFORM_PATH $CHECKPOINT_DISABLE" > "$1"; test -f "$TF_CLI_CONFIG_FILE" && exit 3`)
	version, err := terraform.ParseVersion("1.11.4")
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	code, err := terraform.CLI{Path: path, Version: version}.Run(t.Context(), &out, []string{program, seen})
	if err != nil || code != 3 {
		t.Errorf("ended with %d, %v, want the program's 3", code, err)
	}
	environment, err := os.ReadFile(seen)
	if want := "1 " + path + " 1\n"; err != nil || string(environment) != want {
		t.Errorf("the program saw %q (%v), want %q", environment, err, want)
	}
	for _, want := range []string{"Terraform v1.11.4", "NOT tested", "actions (Terraform 1.14)"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("report is %q, want %q in it", &out, want)
		}
	}
}

func TestRunWithoutProgram(t *testing.T) {
	var out strings.Builder
	code, err := terraform.CLI{}.Run(t.Context(), &out, []string{filepath.Join(t.TempDir(), "nowhere")})
	if err == nil {
		t.Errorf("ended with %d, want an error", code)
	}
}

func TestMissing(t *testing.T) {
	tests := map[string]struct {
		version string
		tofu    bool
		want    string
	}{
		"old Terraform":     {"1.8.0", false, "ephemeral resources (Terraform 1.10), write-only arguments (Terraform 1.11), resource identity (Terraform 1.12), actions (Terraform 1.14), list resources (Terraform 1.14)"},
		"1.11":              {"1.11.4", false, "resource identity (Terraform 1.12), actions (Terraform 1.14), list resources (Terraform 1.14)"},
		"everything":        {"1.14.0", false, ""},
		"a pre-release too": {"1.14.0-beta2", false, ""},
		"old OpenTofu":      {"1.10.3", true, "ephemeral resources (OpenTofu 1.11), write-only arguments (OpenTofu 1.11), resource identity (OpenTofu 1.12), actions (Terraform 1.14), list resources (Terraform 1.14)"},
		"OpenTofu":          {"1.12.6", true, "actions (Terraform 1.14), list resources (Terraform 1.14)"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			version, err := terraform.ParseVersion(test.version)
			if err != nil {
				t.Fatal(err)
			}
			cli := terraform.CLI{Version: version, Tofu: test.tofu}
			if got := strings.Join(cli.Missing(), ", "); got != test.want {
				t.Errorf("missing %q, want %q", got, test.want)
			}
		})
	}
}

func TestParseVersion(t *testing.T) {
	for text, want := range map[string]string{
		"1.11.4":           "1.11.4",
		"v1.12.6":          "1.12.6",
		"1.16.0-alpha2026": "1.16.0-alpha2026",
		"1.2.3+build":      "1.2.3",
	} {
		got, err := terraform.ParseVersion(text)
		if err != nil || got.String() != want {
			t.Errorf("%s is read as %s (%v), want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "1.11", "1.x.0", "99999999999999999999.0.0", "1.2.3 and more"} {
		if got, err := terraform.ParseVersion(text); err == nil {
			t.Errorf("%q is read as %s, want an error", text, got)
		}
	}
}
