package provider_test

import (
	"context"
	"os"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/server"
	"github.com/portolan-io/terraform-provider-portolan/provider"
)

// TestMain lets the test binary be the provider: Terraform, started by a test,
// runs it again with the cookie of its plugins in the environment. It is the worker of
// detached scans too.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "worker" {
		server.Worker(context.Background(), append(os.Args[2:], "--idle", "1s"), os.Stdout, os.Stderr, "test")
		return
	}
	if os.Getenv("TF_PLUGIN_MAGIC_COOKIE") != "" {
		if status := provider.Main(context.Background(), "test", nil); status != 0 {
			panic("the provider ended badly")
		}
		return
	}
	m.Run()
}
