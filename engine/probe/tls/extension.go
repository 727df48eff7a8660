package tls

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"slices"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Extensions are those of RFC 5280 section 4.2 that the contract names.
type Extensions struct {
	AltName            *AltName          `json:"subject_alt_name,omitempty"`
	KeyUsage           *KeyUsage         `json:"key_usage,omitempty"`
	ExtKeyUsage        map[string]bool   `json:"extended_key_usage,omitempty"` // by name: "server_auth"
	BasicConstraints   *BasicConstraints `json:"basic_constraints,omitempty"`
	SubjectKeyID       string            `json:"subject_key_id,omitempty"`
	AuthorityKeyID     string            `json:"authority_key_id,omitempty"`
	CRLs               []string          `json:"crl_distribution_points,omitempty"`
	Policies           []Policy          `json:"certificate_policies,omitempty"`
	AuthorityInfo      *AuthorityInfo    `json:"authority_info_access,omitempty"`
	SignedCertificates []SCT             `json:"signed_certificate_timestamps,omitempty"`
	Poison             bool              `json:"ct_poison,omitempty"`
}

// AltName lists the names a certificate is for.
type AltName struct {
	DNSNames       []string `json:"dns_names,omitempty"`
	IPAddresses    []string `json:"ip_addresses,omitempty"`
	EmailAddresses []string `json:"email_addresses,omitempty"`
}

// KeyUsage is what the key may do. Value has the bits as Go and ZMap number them.
type KeyUsage struct {
	Value             int  `json:"value"`
	DigitalSignature  bool `json:"digital_signature,omitempty"`
	ContentCommitment bool `json:"content_commitment,omitempty"`
	KeyEncipherment   bool `json:"key_encipherment,omitempty"`
	DataEncipherment  bool `json:"data_encipherment,omitempty"`
	KeyAgreement      bool `json:"key_agreement,omitempty"`
	CertificateSign   bool `json:"certificate_sign,omitempty"`
	CRLSign           bool `json:"crl_sign,omitempty"`
}

// BasicConstraints says whether this is an authority's.
type BasicConstraints struct {
	IsCA       bool `json:"is_ca"`
	MaxPathLen *int `json:"max_path_len,omitempty"`
}

// Policy is one certificate policy.
type Policy struct {
	ID  string   `json:"id"`
	CPS []string `json:"cps,omitempty"`
}

// AuthorityInfo says where the issuer's certificate and its OCSP service are.
type AuthorityInfo struct {
	Issuers []string `json:"issuer_urls,omitempty"`
	OCSP    []string `json:"ocsp_urls,omitempty"`
}

// UnknownExtension is one that Extensions has no member for.
type UnknownExtension struct {
	ID       string `json:"id"`
	Critical bool   `json:"critical"`
	Value    []byte `json:"value"`
}

const (
	oidPolicies = "2.5.29.32"
	oidSCTs     = "1.3.6.1.4.1.11129.2.4.2" // RFC 6962 section 3.3
	oidFeature  = "1.3.6.1.5.5.7.1.24"      // RFC 7633
	oidPoison   = "1.3.6.1.4.1.11129.2.4.3" // RFC 6962 section 3.1
)

// knownExtensions are what newExtensions reads, directly or through crypto/x509.
func knownExtensions() []string {
	return []string{"2.5.29.14", "2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.31", oidPolicies, "2.5.29.35", "2.5.29.37", "1.3.6.1.5.5.7.1.1", oidSCTs, oidPoison}
}

func newExtensions(c *x509.Certificate) (Extensions, []UnknownExtension) {
	e := Extensions{
		AltName: newAltName(c), KeyUsage: newKeyUsage(c.KeyUsage), ExtKeyUsage: newExtKeyUsage(c.ExtKeyUsage),
		SubjectKeyID: hex.EncodeToString(c.SubjectKeyId), AuthorityKeyID: hex.EncodeToString(c.AuthorityKeyId),
		CRLs: texts(c.CRLDistributionPoints),
	}
	if c.BasicConstraintsValid {
		e.BasicConstraints = newBasicConstraints(c)
	}
	if len(c.IssuingCertificateURL)+len(c.OCSPServer) > 0 {
		e.AuthorityInfo = &AuthorityInfo{Issuers: texts(c.IssuingCertificateURL), OCSP: texts(c.OCSPServer)}
	}
	var others []UnknownExtension
	for _, extension := range c.Extensions {
		switch id := extension.Id.String(); {
		case id == oidPolicies:
			e.Policies = parsePolicies(extension.Value)
		case id == oidSCTs:
			e.SignedCertificates = parseSCTs(extension.Value)
		case id == oidPoison:
			e.Poison = true
		case !slices.Contains(knownExtensions(), id):
			others = append(others, UnknownExtension{ID: id, Critical: extension.Critical, Value: extension.Value})
		}
	}
	return e, others
}

func newAltName(c *x509.Certificate) *AltName {
	if len(c.DNSNames)+len(c.IPAddresses)+len(c.EmailAddresses) == 0 {
		return nil
	}
	alt := &AltName{DNSNames: texts(c.DNSNames), EmailAddresses: texts(c.EmailAddresses)}
	for _, ip := range c.IPAddresses {
		alt.IPAddresses = append(alt.IPAddresses, ip.String())
	}
	return alt
}

func newKeyUsage(u x509.KeyUsage) *KeyUsage {
	if u == 0 {
		return nil
	}
	has := func(bit x509.KeyUsage) bool { return u&bit != 0 }
	return &KeyUsage{
		Value: int(u), DigitalSignature: has(x509.KeyUsageDigitalSignature), ContentCommitment: has(x509.KeyUsageContentCommitment),
		KeyEncipherment: has(x509.KeyUsageKeyEncipherment), DataEncipherment: has(x509.KeyUsageDataEncipherment),
		KeyAgreement: has(x509.KeyUsageKeyAgreement), CertificateSign: has(x509.KeyUsageCertSign), CRLSign: has(x509.KeyUsageCRLSign),
	}
}

func newExtKeyUsage(usages []x509.ExtKeyUsage) map[string]bool {
	names := map[x509.ExtKeyUsage]string{
		x509.ExtKeyUsageAny: "any", x509.ExtKeyUsageServerAuth: "server_auth", x509.ExtKeyUsageClientAuth: "client_auth",
		x509.ExtKeyUsageCodeSigning: "code_signing", x509.ExtKeyUsageEmailProtection: "email_protection",
		x509.ExtKeyUsageTimeStamping: "time_stamping", x509.ExtKeyUsageOCSPSigning: "ocsp_signing",
	}
	found := map[string]bool{}
	for _, usage := range usages {
		if name, ok := names[usage]; ok {
			found[name] = true
		}
	}
	return found
}

func newBasicConstraints(c *x509.Certificate) *BasicConstraints {
	b := &BasicConstraints{IsCA: c.IsCA}
	if c.MaxPathLen > 0 || c.MaxPathLenZero {
		b.MaxPathLen = &c.MaxPathLen
	}
	return b
}

// parsePolicies reads RFC 5280 section 4.2.1.4; of the qualifiers only where the
// practice statement is (id-qt-cps).
func parsePolicies(value []byte) []Policy {
	var list []struct {
		ID         asn1.ObjectIdentifier
		Qualifiers []struct {
			ID    asn1.ObjectIdentifier
			Value asn1.RawValue
		} `asn1:"optional"`
	}
	if _, err := asn1.Unmarshal(value, &list); err != nil {
		return nil
	}
	policies := make([]Policy, len(list))
	for i, p := range list {
		policies[i].ID = p.ID.String()
		for _, q := range p.Qualifiers {
			if q.ID.String() == "1.3.6.1.5.5.7.2.1" {
				policies[i].CPS = append(policies[i].CPS, probe.Text(q.Value.Bytes))
			}
		}
	}
	return policies
}

// validationLevel goes by the policies of the CA/Browser Forum's Baseline
// Requirements, section 7.1.6.1, which all public authorities must name.
func validationLevel(c *x509.Certificate) string {
	levels := map[string]string{"2.23.140.1.1": "EV", "2.23.140.1.2.1": "DV", "2.23.140.1.2.2": "OV"}
	for _, oid := range c.PolicyIdentifiers {
		if level, ok := levels[oid.String()]; ok {
			return level
		}
	}
	return "unknown"
}

// signatureOID reads the algorithm's identifier, which crypto/x509 does not keep.
func signatureOID(raw []byte) string {
	var certificate struct {
		TBS       asn1.RawValue
		Algorithm pkix.AlgorithmIdentifier
		Signature asn1.BitString
	}
	if _, err := asn1.Unmarshal(raw, &certificate); err != nil {
		return ""
	}
	return certificate.Algorithm.Algorithm.String()
}
