package stage

import (
	"cmp"
	"net/netip"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// locate gives the prefixes of all targets. Names are looked up, unless the earlier
// run has; one that leads nowhere is told in the log and left out.
func (d *discovering) locate() ([]netip.Prefix, error) {
	var prefixes []netip.Prefix
	var names []string
	for _, t := range d.Targets {
		if prefix, ok := t.Prefix(); ok {
			if err := d.scope().PermitTarget(t); err != nil {
				d.log().Warn("target is not scanned", "target", t, "why", err)
			}
			prefixes = append(prefixes, prefix)
			continue
		}
		names = append(names, string(t.Canonical()))
	}
	if err := d.lookup(names); err != nil {
		return nil, err
	}
	for _, addrs := range d.cursor.Names {
		for _, addr := range addrs {
			prefixes = append(prefixes, netip.PrefixFrom(addr, addr.BitLen()))
		}
	}
	return prefixes, d.needSome(prefixes)
}

func (d *discovering) lookup(names []string) error {
	if d.From != nil || len(names) == 0 {
		return nil
	}
	return Resolve(d, d.Config, names, func(n Name) error {
		wanted, err := d.Profile.Addresses.Choose(n.Addresses, d.scope())
		if err != nil {
			d.log().Warn("name is not scanned", "name", n.Name, "why", cmp.Or(n.Error, err.Error()), "addresses", n.Addresses)
			return nil
		}
		d.cursor.Names[n.Name] = wanted
		return nil
	}, nil)
}

func (d *discovering) needSome(prefixes []netip.Prefix) error {
	if len(prefixes) > 0 {
		return nil
	}
	return &engine.Error{Kind: engine.Invalid, Title: "Nothing to scan", Field: "targets", Detail: "no target is an address or resolves to one that may be scanned", Hint: "check the targets, and what --allow permits"}
}
