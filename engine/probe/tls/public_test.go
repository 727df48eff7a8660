package tls_test

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/binary"
	"testing"
)

// withCT is a certificate with the extensions of a public authority: a promise
// of a log, a policy with its statement, and one nobody knows.
func withCT(tb testing.TB) *x509.Certificate {
	tb.Helper()
	sct := append([]byte{0}, bytes.Repeat([]byte{7}, 32)...)
	sct = binary.BigEndian.AppendUint64(sct, uint64(newYear().UnixMilli()))
	sct = append(sct, 0, 0, 4, 3, 0, 2, 0xab, 0xcd) // no extensions, then algorithms and signature
	return sign(tb, leaf(func(c *x509.Certificate) {
		c.ExtraExtensions = []pkix.Extension{
			{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11129, 2, 4, 2}, Value: encode(tb, vector(vector(sct)))},
			{Id: asn1.ObjectIdentifier{2, 5, 29, 32}, Value: encode(tb, policies())},
			{Id: asn1.ObjectIdentifier{1, 2, 3, 4}, Value: []byte{5, 0}},
		}
	}), nil, ecKey(tb), nil)
}

func vector(b []byte) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(b))), b...)
}

type qualifier struct {
	ID  asn1.ObjectIdentifier
	CPS string `asn1:"ia5"`
}

type policy struct {
	ID         asn1.ObjectIdentifier
	Qualifiers []qualifier
}

func policies() []policy {
	return []policy{{
		ID:         asn1.ObjectIdentifier{2, 23, 140, 1, 2, 1},
		Qualifiers: []qualifier{{ID: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 2, 1}, CPS: "http://cps.example"}},
	}}
}

func encode(tb testing.TB, value any) []byte {
	tb.Helper()
	der, err := asn1.Marshal(value)
	if err != nil {
		tb.Fatal(err)
	}
	return der
}
