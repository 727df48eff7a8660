package provider_test

import (
	"context"
	"os"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/provider"
)

// TestMain lets the test binary be the provider: Terraform, started by a test,
// runs it again with the cookie of its plugins in the environment.
func TestMain(m *testing.M) {
	if os.Getenv("TF_PLUGIN_MAGIC_COOKIE") != "" {
		if status := provider.Main(context.Background(), "test", nil); status != 0 {
			panic("the provider ended badly")
		}
		return
	}
	m.Run()
}
