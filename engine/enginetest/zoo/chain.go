package zoo

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"net"
	"slices"
)

// publicChain is a certificate as public authorities issue them: two authorities above
// it, where to find them, what they promise, and receipts of two logs.
func publicChain() (*tls.Config, error) {
	root, err := selfSigned("Zoo Root", func(c *x509.Certificate) { signer(c, 1) })
	if err != nil {
		return nil, err
	}
	middle, err := issued("Zoo Issuing", root, func(c *x509.Certificate) { signer(c, 0) })
	if err != nil {
		return nil, err
	}
	leaf, err := issued("www.zoo.example", middle, published)
	if err != nil {
		return nil, err
	}
	leaf.Certificate = slices.Concat(leaf.Certificate, middle.Certificate, root.Certificate)
	return &tls.Config{Certificates: []tls.Certificate{leaf}}, nil
}

// issued is selfSigned with the signature of another.
func issued(name string, by tls.Certificate, change func(*x509.Certificate)) (tls.Certificate, error) {
	issuer, err := x509.ParseCertificate(by.Certificate[0])
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("read issuer: %w", err)
	}
	key, err := ecKey(name)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := certificateFor(name)
	change(template)
	der, err := x509.CreateCertificate(nil, template, issuer, key.Public(), by.PrivateKey)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

func signer(c *x509.Certificate, below int) {
	c.IsCA, c.MaxPathLen, c.MaxPathLenZero = true, below, below == 0
	c.KeyUsage, c.ExtKeyUsage = x509.KeyUsageCertSign|x509.KeyUsageCRLSign, nil
	c.SubjectKeyId, c.DNSNames = []byte(c.Subject.CommonName), nil
}

// published fills a certificate with what those of public authorities have.
func published(c *x509.Certificate) {
	c.SerialNumber = new(big.Int).Lsh(big.NewInt(0x1234567), 96)
	c.Subject = pkix.Name{
		CommonName: "www.zoo.example", Organization: []string{"Zoo Ltd"}, OrganizationalUnit: []string{"Keepers"}, Country: []string{"GB"},
		Province: []string{"London"}, Locality: []string{"London"}, StreetAddress: []string{"1 Park"}, SerialNumber: "4711",
	}
	c.DNSNames, c.IPAddresses = []string{"www.zoo.example", "*.zoo.example"}, []net.IP{net.IPv4(127, 0, 0, 1)}
	c.EmailAddresses = []string{"keeper@zoo.example"}
	c.IssuingCertificateURL, c.OCSPServer = []string{"http://pki.zoo.example/ca.crt"}, []string{"http://ocsp.zoo.example"}
	c.CRLDistributionPoints = []string{"http://pki.zoo.example/ca.crl"}
	c.Policies = []x509.OID{mustOID(2, 23, 140, 1, 2, 2)} // organisation validated
	c.ExtraExtensions = []pkix.Extension{logged(), mustStaple()}
}

// logged is the extension with promises of logs (RFC 6962 section 3.3).
func logged() pkix.Extension {
	return pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11129, 2, 4, 2}, Value: receipts()}
}

// mustStaple is the extension that demands a status (RFC 7633).
func mustStaple() pkix.Extension {
	return pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}, Value: []byte{0x30, 3, 2, 1, 5}}
}

func mustOID(arcs ...uint64) x509.OID {
	oid, err := x509.OIDFromInts(arcs)
	if err != nil {
		panic(err) // it is written above
	}
	return oid
}

// receipts are promises of two logs (RFC 6962 section 3.2), with signatures of nobody.
func receipts() []byte {
	var list []byte
	for log := range byte(2) {
		sct := slices.Concat([]byte{0}, slices.Repeat([]byte{log}, 32), []byte{0, 0, 1, 0x8c, 0x25, 0x1f, 0x4c, 0}, []byte{0, 0}, []byte{4, 3, 0, 4, 1, 2, 3, 4})
		list = append(append(list, 0, byte(len(sct))), sct...)
	}
	value, _ := asn1.Marshal(append([]byte{0, byte(len(list))}, list...)) // bytes can always be written
	return value
}
