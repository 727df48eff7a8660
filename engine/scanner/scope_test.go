package scanner_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/all"
	"github.com/portolan-io/terraform-provider-portolan/engine/resolver"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanner"
)

// forbidden fails the test when anybody connects.
func forbidden(t *testing.T, address string) int {
	t.Helper()
	return listen(t, address, func(conn net.Conn) { t.Errorf("%s connected to %s, which is out of scope", conn.RemoteAddr(), address) })
}

func TestExcludedAddressIsNeverTouched(t *testing.T) {
	port := forbidden(t, "127.0.0.2:0")
	in := task(ports(port), "127.0.0.0/30", "127.0.0.2")
	in.Scope = loopback("127.0.0.2/32")
	if found := run(t, scanner.Config{Probes: all.Probes()}, in); len(found.open) != 0 {
		t.Errorf("open %v", found.open)
	}
}

func TestRedirectDoesNotLeaveTheScope(t *testing.T) {
	out := forbidden(t, "127.0.0.2:0")
	for name, host := range map[string]string{"by address": "127.0.0.2", "by name": "inside.example"} {
		t.Run(name, func(t *testing.T) {
			port := web(t, func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, fmt.Sprintf("http://%s:%d/", host, out), http.StatusFound)
			}, false)
			in := task(ports(port), "127.0.0.1")
			in.Scope = loopback("127.0.0.2/32")
			found := run(t, scanner.Config{Probes: all.Probes(), Resolver: phoneBook{"inside.example": {"127.0.0.2"}}}, in)
			if len(found.responses) != 1 {
				t.Errorf("%v, want the redirect alone", found.uris())
			}
		})
	}
}

// phoneBook resolves names in memory.
type phoneBook map[string][]string

func (p phoneBook) Lookup(_ context.Context, name string) (resolver.Answer, error) {
	answer := resolver.Answer{Name: name}
	for _, a := range p[name] {
		answer.Addrs = append(answer.Addrs, netip.MustParseAddr(a))
	}
	if len(answer.Addrs) == 0 {
		return answer, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	}
	return answer, nil
}

func TestNames(t *testing.T) {
	var mu sync.Mutex
	hosts := map[string]bool{}
	plain := web(t, func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		hosts[r.Host] = true
	}, false)
	cache := listen(t, "127.0.0.1:0", redis)
	book := phoneBook{"www.example": {"::1", "127.0.0.9", "127.0.0.1"}, "rebound.example": {"169.254.169.254", "10.0.0.1"}}
	in := task(ports(plain, cache), "www.example", "nowhere.example", "rebound.example", "WWW.example.")
	in.Scope = loopback("127.0.0.9/32", "10.0.0.0/8")
	found := run(t, scanner.Config{Probes: all.Probes(), Resolver: book}, in)
	want := []string{fmt.Sprintf("http://www.example:%d/", plain), fmt.Sprintf("redis://127.0.0.1:%d", cache)}
	if !slices.Equal(found.uris(), want) {
		t.Errorf("%v, want %v", found.uris(), want)
	}
	for _, r := range found.responses {
		if !slices.Equal(r.Domain, []string{"www.example"}) || r.Target.Domain != "www.example" || r.IP != "127.0.0.1" {
			t.Errorf("%s: domain %v, target %+v, ip %s", r.URI, r.Domain, r.Target, r.IP)
		}
	}
	if !hosts[fmt.Sprintf("www.example:%d", plain)] {
		t.Errorf("asked for %v", hosts)
	}
}

// TestEveryAddressOfAName scans each address of a name, and names it.
func TestEveryAddressOfAName(t *testing.T) {
	first, second := listen(t, "127.0.0.1:0", redis), listen(t, "127.0.0.9:0", redis)
	book := phoneBook{"www.example": {"127.0.0.9", "127.0.0.1", "10.0.0.1"}}
	in := task(ports(first, second), "www.example")
	in.Scope, in.Profile.Addresses = loopback("10.0.0.0/8"), engine.AllAddresses
	found := run(t, scanner.Config{Probes: all.Probes(), Resolver: book}, in)
	want := []string{fmt.Sprintf("redis://127.0.0.1:%d", first), fmt.Sprintf("redis://127.0.0.9:%d", second)}
	if !slices.Equal(found.uris(), want) {
		t.Errorf("%v, want %v", found.uris(), want)
	}
	for _, r := range found.responses {
		if !slices.Equal(r.Domain, []string{"www.example"}) {
			t.Errorf("%s: domain %v", r.URI, r.Domain)
		}
	}
}

func TestNothingToScan(t *testing.T) {
	book := phoneBook{"rebound.example": {"169.254.169.254"}}
	for name, want := range map[engine.Target]engine.Kind{"nowhere.example": engine.Invalid, "rebound.example": engine.Forbidden} {
		err := scanner.New(scanner.Config{Resolver: book}).Run(t.Context(), task("80", name), &basket{})
		var problem *engine.Error
		if !errors.As(err, &problem) || problem.Kind != want || problem.Field != "targets" || !strings.Contains(problem.Detail, string(name)) {
			t.Errorf("%s: %v, want kind %s", name, err, want)
		}
	}
}
