package engine_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

func TestVerifiedCovers(t *testing.T) {
	verified := engine.Verified{"example.com": true, "192.0.2.8": true, "192.0.2.9": true, "2001:db8::1": true}
	for i := range 256 {
		verified[engine.Target(fmt.Sprintf("198.51.100.%d", i))] = true
	}
	for target, want := range map[engine.Target]bool{
		"example.com": true, "EXAMPLE.com.": true, "a.b.example.com": true, "com": false, "badexample.com": false, "example.org": false,
		"192.0.2.8": true, "192.0.2.10": false, "192.0.2.8/31": true, "192.0.2.8/30": false, "2001:db8:0::1": true, "2001:db8::/64": false,
		"198.51.100.0/24": true, "198.51.100.0/23": false, "0.0.0.0/0": false,
	} {
		if got := verified.Covers(target); got != want {
			t.Errorf("%s is covered: %v, want %v", target, got, want)
		}
	}
}

func TestVerificationMethods(t *testing.T) {
	for address, want := range map[engine.Target][]engine.VerificationMethod{
		"example.com": {engine.VerifyDNS, engine.VerifyHTTP}, "192.0.2.1": {engine.VerifyHTTP}, "192.0.2.0/24": nil,
	} {
		target := engine.DeclaredTarget{Address: address}
		target.Settle(nil)
		if got, err := target.Methods(""); !slices.Equal(got, want) || (err == nil) != (want != nil) {
			t.Errorf("%s is verified by %v (%v), want %v", address, got, err, want)
		}
	}
	six := engine.DeclaredTarget{Address: "2001:DB8::1"}
	six.Settle(nil)
	if want := "http://[2001:db8::1]" + engine.VerificationPath; six.Verification.URL != want {
		t.Errorf("the file is %s, want %s", six.Verification.URL, want)
	}
	if six.Verification.IsProof([]string{"x"}) || !six.Verification.IsProof([]string{"x", " " + six.Verification.Token + "\r\n"}) || (engine.Verification{}).IsProof([]string{""}) {
		t.Error("a proof is not told from what is none")
	}
}
