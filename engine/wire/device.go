package wire

import (
	"fmt"
	"net"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// checkDevice reports whether there is an interface of this name; "" is none.
func checkDevice(name string) error {
	if name == "" {
		return nil
	}
	if _, err := net.InterfaceByName(name); err == nil {
		return nil
	}
	interfaces, err := net.Interfaces()
	if err != nil {
		return fmt.Errorf("list the network interfaces: %w", err)
	}
	names := make([]string, len(interfaces))
	for i, known := range interfaces {
		names[i] = known.Name
	}
	return &engine.Error{
		Kind: engine.Invalid, Title: "Interface is not known", Field: "interface",
		Detail: fmt.Sprintf("this machine has no network interface %q", name),
		Hint:   "it has " + strings.Join(names, ", "),
	}
}
