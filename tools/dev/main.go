// Dev starts a server on loopback with flawed services to scan, prints endpoint and
// key, and writes a Terraform CLI file that uses the provider in bin. It runs until
// it is interrupted.
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/server"
	"github.com/portolan-io/terraform-provider-portolan/tools/tfcli/terraform"
)

// listen is where the server answers, the same each time so that a shell can keep it.
const listen = "127.0.0.1:8844"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "dev:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) (err error) {
	bin, err := filepath.Abs("bin")
	if err != nil {
		return err
	}
	dir := filepath.Join(bin, "dev")
	s, err := server.Start(ctx, server.Config{DataDir: dir, Mode: engine.ModeServer, Allow: engine.LoopbackPrefixes(), AdminKey: enginetest.Key, Version: "dev"})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	zoo, err := enginetest.StartZoo()
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer func() { err = errors.Join(err, zoo.Close()) }()
	if err := introduce(zoo, bin, dir); err != nil {
		return errors.Join(err, listener.Close())
	}
	return s.Serve(ctx, listener)
}

// introduce prints what a shell needs to use the server.
func introduce(zoo *enginetest.Zoo, bin, dir string) error {
	config := filepath.Join(dir, "terraform.rc")
	if err := terraform.WriteOverride(config, bin); err != nil {
		return err
	}
	for _, service := range zoo.Services {
		fmt.Printf("# %-6s 127.0.0.1:%d\n", service.Name, service.Port)
	}
	fmt.Printf("export PORTOLAN_ENDPOINT=http://%s\nexport PORTOLAN_API_KEY=%s\nexport TF_CLI_CONFIG_FILE=%s\n", listen, enginetest.Key, config)
	fmt.Printf("# bin/portolan scan 127.0.0.1 --ports %s\n", zoo.Ports())
	return nil
}
