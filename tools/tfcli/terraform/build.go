package terraform

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
)

const (
	module     = "github.com/portolan-io/terraform-provider-portolan"
	tofuModule = "github.com/opentofu/opentofu"
)

// built gives the path of the pinned OpenTofu in the cache. The first caller
// builds it; others, in this process or another, wait for that one at the lock
// file and find it done.
func (o Options) built(ctx context.Context) (string, error) {
	source, version, err := o.pinned(ctx)
	if err != nil {
		return "", err
	}
	dir, err := o.cacheDir(version)
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "tofu"+executableSuffix())
	if isFile(path) {
		return path, nil
	}
	unlock, err := lockedfile.MutexAt(filepath.Join(dir, "lock")).Lock()
	if err != nil {
		return "", fmt.Errorf("lock %s: %w", dir, err)
	}
	defer unlock()
	if isFile(path) {
		return path, nil
	}
	return path, o.build(ctx, source, version, path)
}

// build makes the command beside its final place and moves it there, so that
// what stands there is always whole.
func (o Options) build(ctx context.Context, source, version, path string) error {
	o.logf("No Terraform (%s or newer) or OpenTofu (%s or newer) is installed.", oldestTerraform, oldestTofu)
	o.logf("Building OpenTofu %s once, into %s: 4 to 9 minutes on two cores …", version, path)
	start := time.Now()
	goCommand, err := lookPath("go", o.Env("PATH"))
	if err != nil {
		return err
	}
	partial := path + ".partial"
	cmd := exec.CommandContext(ctx, goCommand, "build", "-C", source, "-trimpath",
		"-ldflags", "-s -w -X "+tofuModule+"/version.dev=no", "-o", partial, tofuModule+"/cmd/tofu")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	cmd.Stdout, cmd.Stderr = o.Log, o.Log
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("go build in %s: %w", source, err)
	}
	if err := os.Rename(partial, path); err != nil {
		return fmt.Errorf("keep the built command: %w", err)
	}
	o.logf("Built in %s.", time.Since(start).Round(time.Second))
	return nil
}

// cacheDir makes and gives the folder of one version for this platform.
func (o Options) cacheDir(version string) (string, error) {
	base := o.Cache
	if base == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("find the cache folder: %w", err)
		}
		base = filepath.Join(user, "portolan")
	}
	dir := filepath.Join(base, fmt.Sprintf("tofu-%s-%s-%s", version, runtime.GOOS, runtime.GOARCH))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("make the cache folder: %w", err)
	}
	return dir, nil
}

var tofuVersion = regexp.MustCompile(`(?m)^\s*(?:require )?` + regexp.QuoteMeta(tofuModule) + ` (v\S+)`)

// pinned gives the folder of the module that pins OpenTofu, and the version it pins.
func (o Options) pinned(ctx context.Context) (source, version string, err error) {
	root, err := o.root(ctx)
	if err != nil {
		return "", "", err
	}
	source = filepath.Join(root, "tools", "tofu")
	gomod, err := os.ReadFile(filepath.Join(source, "go.mod"))
	if err != nil {
		return "", "", fmt.Errorf("read the pinned version: %w", err)
	}
	pin := tofuVersion.FindSubmatch(gomod)
	if pin == nil {
		return "", "", errors.New("tools/tofu/go.mod does not require " + tofuModule)
	}
	return source, string(pin[1]), nil
}

// root asks the go command, because tests run in their package's folder.
func (o Options) root(ctx context.Context) (string, error) {
	if o.Root != "" {
		return o.Root, nil
	}
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		return "", fmt.Errorf("find the repository (run this inside it): %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

func executableSuffix() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}
