package all_test

import (
	"os"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/all"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/banner"
)

// folders are the probes that exist, by their folders; banner's is named after
// what it reads.
func folders(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() && e.Name() != "all" && e.Name() != "probetest" {
			names = append(names, e.Name())
		}
	}
	names[slices.Index(names, "banner")] = banner.Unknown
	slices.Sort(names)
	return names
}

// missing gives what is in only one of the lists, or listed twice.
func missing(listed, exist []string) (odd []string) {
	for i, name := range listed {
		if slices.Contains(listed[:i], name) {
			odd = append(odd, name)
		}
	}
	for _, name := range slices.Concat(listed, exist) {
		if !slices.Contains(listed, name) || !slices.Contains(exist, name) {
			odd = append(odd, name)
		}
	}
	return odd
}

func TestListIsWhole(t *testing.T) {
	var listed []string
	for _, p := range all.Probes() {
		listed = append(listed, p.Name())
	}
	if odd := missing(listed, folders(t)); len(odd) > 0 {
		t.Errorf("in the list or a folder, but not both: %v", odd)
	}
	if odd := missing(listed[1:], folders(t)); !slices.Equal(odd, listed[:1]) {
		t.Errorf("a list without its first probe misses %v", odd)
	}
	if odd := missing(append(listed, listed[0]), folders(t)); !slices.Equal(odd, listed[:1]) {
		t.Errorf("a list with its first probe twice has %v twice", odd)
	}
}

func TestCatchAllIsLast(t *testing.T) {
	probes := all.Probes()
	for i, p := range probes {
		greeter, ok := p.(probe.Greeter)
		takesAnything := ok && greeter.Greets([]byte("anything at all\n"))
		if takesAnything != (i == len(probes)-1) {
			t.Errorf("probe %d (%s) takes anything: %v", i, p.Name(), takesAnything)
		}
	}
}
