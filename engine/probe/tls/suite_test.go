//go:build linux || darwin

package tls_test

import (
	"crypto/tls"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	ztls "github.com/zmap/zcrypto/tls"
)

var update = flag.Bool("update", false, "write suites.txt anew")

// TestSuiteNames compares the names with those of the libraries, of which one does not
// compile everywhere.
func TestSuiteNames(t *testing.T) {
	var want strings.Builder
	for id := range 1 << 16 {
		if name := libraryName(uint16(id)); name != "" {
			fmt.Fprintf(&want, "%04x %s\n", id, name)
		}
	}
	if *update {
		if err := os.WriteFile("suites.txt", []byte(want.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("suites.txt")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want.String() {
		t.Error("suites.txt is not what the libraries say; run with -update and look at the difference")
	}
}

// libraryName is IANA's name, which writes anon in small letters; empty if there is none.
func libraryName(id uint16) string {
	if name := tls.CipherSuiteName(id); !strings.HasPrefix(name, "0x") {
		return name
	}
	if name := ztls.CipherSuiteID(id).String(); name != "unknown" {
		return strings.Replace(name, "_ANON_", "_anon_", 1)
	}
	return ""
}
