package cli

import (
	"github.com/spf13/pflag"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// addProfileFlags lets a command say how a scan goes about its work.
func addProfileFlags(flags *pflag.FlagSet, p *engine.Profile) {
	addWireFlags(flags, p)
	flags.StringVar((*string)(&p.Addresses), "addresses", string(engine.OneAddress), "how many addresses of a name are scanned: one, all")
	flags.Int64Var(&p.MaxBytes, "max-bytes", 0, "bytes sent and read over each part of the scan at most; 0 has no limit")
}

// addResolversFlag lets a command say who is asked for names.
func addResolversFlag(flags *pflag.FlagSet, list *string) {
	flags.StringVar(list, "resolvers", "", "comma list of name servers to ask, such as 192.0.2.53,192.0.2.54:5353; without it the system's")
}

// addWireFlags are those of what tries ports.
func addWireFlags(flags *pflag.FlagSet, p *engine.Profile) {
	flags.StringVar((*string)(&p.Mode), "mode", string(engine.ModeAuto), "how ports are tried: auto, connect, syn (needs the right to open raw sockets)")
	flags.IntVar(&p.Rate, "rate", 0, "packets a second at most; 0 has no limit")
	flags.IntVar(&p.HostRate, "host-rate", 0, "packets a second to one host at most; 0 has no limit")
}
