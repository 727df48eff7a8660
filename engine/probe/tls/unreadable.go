package tls

import "github.com/portolan-io/terraform-provider-portolan/engine/probe"

// newUnreadable describes a certificate that the standard library refuses for fault, such
// as one with a negative serial number: by a library that is not so strict, and if that refuses
// as well by its fingerprints alone.
func newUnreadable(der []byte, fault error) *Certificate {
	described := Certificate{
		ParseError: probe.Text([]byte(fault.Error())), Names: []string{}, Source: "scan", ValidationLevel: "unknown",
		FingerprintMD5: hexMD5(der), FingerprintSHA1: hexSHA1(der), FingerprintSHA256: hexSHA256(der),
	}
	described.fillLenient(der)
	return &described
}
