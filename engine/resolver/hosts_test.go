package resolver_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/resolver"
)

func TestReadHosts(t *testing.T) {
	hosts := resolver.ReadHosts(strings.NewReader("# all\n127.0.0.1 localhost Local.Host. # me\n::1 localhost\nfe80::1%lo0 link\nnonsense name\n192.0.2.1\n"))
	for name, want := range map[string]string{"localhost": "[127.0.0.1 ::1]", "local.host": "[127.0.0.1]", "link": "[fe80::1]"} {
		if got := fmt.Sprint(hosts[name]); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if len(hosts) != 3 {
		t.Errorf("%v", hosts)
	}
}
