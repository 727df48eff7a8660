// Package terraform finds a Terraform or OpenTofu command for the tests, the
// demo and the generated pages, so that a machine with nothing but Go can run
// all of them. Start with [Find].
//
// It knows nothing of the provider, and it never downloads a binary: where no
// command is installed it builds the pinned OpenTofu from source, once.
package terraform

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
)

// The oldest commands that are taken from PATH. Terraform 1.8 and OpenTofu 1.10
// are the first on which every resource and data source of ours can be tested;
// what still cannot is told by [CLI.Missing].
var (
	oldestTerraform = Version{Major: 1, Minor: 8}
	oldestTofu      = Version{Major: 1, Minor: 10}
)

// CLI is a command that was found and has said its version.
type CLI struct {
	Path    string // absolute
	Version Version
	Tofu    bool // OpenTofu, not Terraform
}

// String gives the command's name and version: "Terraform v1.11.4".
func (c CLI) String() string { return c.name() + " v" + c.Version.String() }

func (c CLI) name() string {
	if c.Tofu {
		return "OpenTofu"
	}
	return "Terraform"
}

// Options says where to look. The zero value looks where the user's shell would.
type Options struct {
	Env   func(string) string // the environment; os.Getenv by default
	Log   io.Writer           // what is passed over and why, and the build's progress; nowhere by default
	Root  string              // this repository's folder; by default the one around the working directory
	Cache string              // where the built command is kept; by default portolan in the user's cache folder
}

// Find gives the first of: the command TF_ACC_TERRAFORM_PATH names, terraform on
// PATH (1.8 or newer), tofu on PATH (1.10 or newer), the pinned OpenTofu, built
// into the cache if it is not there yet. A TF_ACC_TERRAFORM_PATH that does not
// work is an error: whoever set it did not ask for another command.
func Find(ctx context.Context, o Options) (CLI, error) {
	o = o.withDefaults()
	if path := o.Env("TF_ACC_TERRAFORM_PATH"); path != "" {
		cli, err := inspect(ctx, path)
		if err != nil {
			return CLI{}, fmt.Errorf("use TF_ACC_TERRAFORM_PATH: %w", err)
		}
		return cli, nil
	}
	if cli, ok := o.onPath(ctx, "terraform", oldestTerraform); ok {
		return cli, nil
	}
	if cli, ok := o.onPath(ctx, "tofu", oldestTofu); ok {
		return cli, nil
	}
	path, err := o.built(ctx)
	if err != nil {
		return CLI{}, fmt.Errorf("build OpenTofu, as no Terraform was found: %w", err)
	}
	return inspect(ctx, path)
}

func (o Options) withDefaults() Options {
	if o.Env == nil {
		o.Env = os.Getenv
	}
	if o.Log == nil {
		o.Log = io.Discard
	}
	return o
}

// onPath looks the command up and says in the log why one that is there is not used.
func (o Options) onPath(ctx context.Context, name string, oldest Version) (CLI, bool) {
	path, err := lookPath(name, o.Env("PATH"))
	if err != nil {
		return CLI{}, false
	}
	cli, err := inspect(ctx, path)
	if err != nil {
		o.logf("%s is not used: %v", path, err)
		return CLI{}, false
	}
	if cli.Version.Less(oldest) {
		o.logf("%s is not used: it is version %s, and %s is the oldest that will do", path, cli.Version, oldest)
		return CLI{}, false
	}
	return cli, true
}

func (o Options) logf(format string, args ...any) {
	fmt.Fprintf(o.Log, format+"\n", args...)
}

// lookPath is exec.LookPath on a PATH that is handed in.
func lookPath(name, path string) (string, error) {
	for _, dir := range filepath.SplitList(path) {
		if !filepath.IsAbs(dir) {
			continue
		}
		if found, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return found, nil
		}
	}
	return "", fmt.Errorf("%s: %w", name, exec.ErrNotFound)
}

// firstLine is how both commands begin. It is searched for, not expected at the
// start, because warnings about the machine's own configuration may come first.
var firstLine = regexp.MustCompile(`(?m)^(Terraform|OpenTofu) v(\S+)`)

// inspect asks the command what it is. The null device as configuration keeps a
// TF_CLI_CONFIG_FILE that names a missing file out of the answer.
func inspect(ctx context.Context, path string) (CLI, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return CLI{}, fmt.Errorf("find %s: %w", path, err)
	}
	cmd := exec.CommandContext(ctx, path, "version")
	cmd.Env = append(os.Environ(), CLI{Path: path}.Environ(os.DevNull)...)
	out, err := cmd.Output()
	if err != nil {
		return CLI{}, fmt.Errorf("run %s version: %w", path, err)
	}
	said := firstLine.FindSubmatch(out)
	if said == nil {
		return CLI{}, errors.New(path + " does not say that it is Terraform or OpenTofu")
	}
	version, err := ParseVersion(string(said[2]))
	if err != nil {
		return CLI{}, fmt.Errorf("run %s version: %w", path, err)
	}
	return CLI{Path: path, Version: version, Tofu: string(said[1]) == "OpenTofu"}, nil
}

// Environ gives the variables under which the command and the tests that start
// it behave the same everywhere: configFile, an absolute path, instead of the
// user's configuration, and no call home. Add them after os.Environ.
func (c CLI) Environ(configFile string) []string {
	env := []string{
		"TF_ACC_TERRAFORM_PATH=" + c.Path,
		"TF_CLI_CONFIG_FILE=" + configFile,
		"CHECKPOINT_DISABLE=1",
	}
	if !c.Tofu {
		return env
	}
	// What plugin-testing takes for granted about provider addresses is
	// Terraform's; OpenTofu reads "hashicorp/x" as one of its own registry.
	return append(env, "TF_ACC_PROVIDER_NAMESPACE=hashicorp", "TF_ACC_PROVIDER_HOST=registry.opentofu.org")
}
