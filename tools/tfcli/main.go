// Command tfcli finds a Terraform or OpenTofu command and runs tests with it.
//
//	tfcli path                 prints the path of the command
//	tfcli exec -- CMD ARGS…    runs CMD so that acceptance tests find the command,
//	                           and says which features it cannot test
//
// All it does is in package tools/tfcli/terraform; it is a tool of this
// repository and no part of the product.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/portolan-io/terraform-provider-portolan/tools/tfcli/terraform"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code, err := tfcli(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "tfcli:", err)
		code = 1
	}
	os.Exit(code)
}

func tfcli(ctx context.Context, args []string) (int, error) {
	isPath := len(args) == 1 && args[0] == "path"
	isExec := len(args) > 2 && args[0] == "exec" && args[1] == "--"
	if !isPath && !isExec {
		return 0, errors.New("use it as: tfcli path, or tfcli exec -- COMMAND ARGUMENTS…")
	}
	cli, err := terraform.Find(ctx, terraform.Options{Log: os.Stderr})
	if err != nil {
		return 0, err
	}
	if isPath {
		fmt.Println(cli.Path)
		return 0, nil
	}
	return cli.Run(ctx, os.Stdout, args[2:])
}
