// Command pin writes action/release.json: the sha256 of the programs of a release, so
// that whoever pins the action by its commit pins the program. It builds them as the
// release does, byte for byte, and is run before the release's commit is tagged.
//
//	go run ./tools/pin -version 1.2.3
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

const file = "action/release.json"

// release is what release.json says.
type release struct {
	Version string           `json:"version"`
	URL     string           `json:"url"`
	Assets  map[string]asset `json:"assets"` // by process.platform-process.arch of Node
}

type asset struct {
	File   string `json:"file"`
	SHA256 string `json:"sha256"`
}

// platform is one system in the words of Go and of Node.
type platform struct{ goos, goarch, node string }

func platforms() []platform {
	return []platform{
		{"linux", "amd64", "linux-x64"}, {"linux", "arm64", "linux-arm64"}, {"darwin", "amd64", "darwin-x64"},
		{"darwin", "arm64", "darwin-arm64"}, {"windows", "amd64", "win32-x64"}, {"windows", "arm64", "win32-arm64"},
	}
}

func main() {
	version := flag.String("version", "", "version of the release, without v")
	flag.Parse()
	if err := pin(*version); err != nil {
		fmt.Fprintln(os.Stderr, "pin:", err)
		os.Exit(1)
	}
}

func pin(version string) (err error) {
	if version == "" {
		return errors.New("say -version 1.2.3")
	}
	dir, err := os.MkdirTemp("", "pin")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	r := release{Version: version, URL: "https://github.com/portolan-io/terraform-provider-portolan/releases/download/v" + version, Assets: map[string]asset{}}
	for _, p := range platforms() {
		name := fmt.Sprintf("portolan_%s_%s_%s", version, p.goos, p.goarch)
		if p.goos == "windows" {
			name += ".exe"
		}
		if err := build(p, version, filepath.Join(dir, name)); err != nil {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		sum := sha256.Sum256(text)
		r.Assets[p.node] = asset{File: name, SHA256: hex.EncodeToString(sum[:])}
	}
	return r.write()
}

// build does what .goreleaser.yml says.
func build(p platform, version, output string) error {
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -X main.version="+version, "-o", output, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+p.goos, "GOARCH="+p.goarch)
	cmd.Stderr = os.Stderr
	return cmd.Run()
}

func (r release) write() error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}
