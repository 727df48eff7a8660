// Command docs writes docs/ from what the provider declares, from templates/, from
// examples/ and from the library of checks, or checks that docs/ is what it would
// write. It needs no Terraform; the pages about the provider are made by tfplugindocs,
// not here. What the provider declares is kept beside it too, so that a change of what
// users see is seen in review.
//
//	go run ./tools/docs -tfplugindocs PATH [-check]
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/portolan-io/terraform-provider-portolan/engine/check"
	"github.com/portolan-io/terraform-provider-portolan/engine/server"
	"github.com/portolan-io/terraform-provider-portolan/provider"
	"github.com/portolan-io/terraform-provider-portolan/tools/docs/checks"
	"github.com/portolan-io/terraform-provider-portolan/tools/docs/pages"
	"github.com/portolan-io/terraform-provider-portolan/tools/docs/schema"
)

// kept is where what the provider declares is kept.
const kept = "provider/testdata/schema.json"

func main() {
	tfplugindocs := flag.String("tfplugindocs", "tfplugindocs", "path of the command that makes the pages")
	check := flag.Bool("check", false, "write nothing; fail if docs/ would change")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := docs(ctx, *tfplugindocs, *check)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "docs:", err)
		os.Exit(1)
	}
}

func docs(ctx context.Context, tfplugindocs string, check bool) (err error) {
	dir, err := os.MkdirTemp("", "docs")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	file := filepath.Join(dir, "schema.json")
	if err := writeSchema(ctx, file); err != nil {
		return err
	}
	if !check {
		return errors.Join(keep(file), generate(ctx, tfplugindocs, file, "docs"))
	}
	if err := compareKept(file); err != nil {
		return err
	}
	fresh := filepath.Join(dir, "docs")
	if err := generate(ctx, tfplugindocs, file, fresh); err != nil {
		return err
	}
	return pages.Compare(os.DirFS(fresh), os.DirFS("docs"))
}

// keep copies the file of a schema to where it is kept.
func keep(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return os.WriteFile(kept, text, 0o644)
}

// compareKept reports that the schema is another one than is kept.
func compareKept(file string) error {
	fresh, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if old, err := os.ReadFile(kept); err != nil || !bytes.Equal(old, fresh) {
		return fmt.Errorf("%s is not what the provider declares; run make generate", kept)
	}
	return nil
}

func writeSchema(ctx context.Context, name string) (err error) {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	server := providerserver.NewProtocol6(provider.New("docs")())()
	return schema.Write(ctx, file, "portolan", server)
}

// generate runs tfplugindocs. It takes its output folder as below the
// repository's, so an absolute one is made relative.
func generate(ctx context.Context, tfplugindocs, schemaFile, output string) error {
	if filepath.IsAbs(output) {
		wd, err := os.Getwd()
		if err != nil {
			return err
		}
		if output, err = filepath.Rel(wd, output); err != nil {
			return err
		}
	}
	cmd := exec.CommandContext(ctx, tfplugindocs, "generate", "--provider-name", "portolan",
		"--rendered-provider-name", "Portolan", "--providers-schema", schemaFile, "--rendered-website-dir", output)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("run tfplugindocs: %w", err)
	}
	library, err := check.Load()
	if err != nil {
		return err
	}
	return checks.Write(server.Catalogue(library), output)
}
