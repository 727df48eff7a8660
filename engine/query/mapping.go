package query

import (
	"maps"
	"strings"
	"sync"
)

// mappingTable is the fixed mapping: a type, then fields of it (private scanner
// contract part 4). A name that ends in .* stands for all fields below.
const mappingTable = `
OBJECT   target geo geo.location whois whois.net whois.net.contacts whois.asn whois.related_nets tag cve
OBJECT   http http.http_version http.headers http.unknown_headers http.contacts http.favicon
OBJECT   certificate certificate.subject certificate.issuer certificate.validity certificate.signature
OBJECT   certificate.signature_algorithm certificate.extensions certificate.extensions.subject_alt_name
OBJECT   certificate.extensions.key_usage certificate.extensions.basic_constraints certificate.chain
OBJECT   certificate.extensions.signed_certificate_timestamps

KEYWORD  uri host host_type prot4 prot7 protocol path target.type target.domain referer domain ptr jarm iteration
INTEGER  port
IP       ip target.ip
TEXT     isp
DATE     scan_date last_updated @timestamp

KEYWORD  geo.continent geo.country geo.tz geo.postal geo.subdivisions
TEXT     geo.city
FLOAT    geo.location.lat geo.location.long
INTEGER  geo.location.accuracy

KEYWORD  whois.abuse whois.net.range whois.net.cidr whois.net.handle whois.net.country whois.net.state
KEYWORD  whois.net.postal_code whois.net.contacts.emails whois.net.contacts.phones
IP       whois.net.start_ip whois.net.end_ip
INTEGER  whois.net.net_size
TEXT     whois.net.name whois.net.organization whois.net.description whois.net.city whois.net.address
TEXT     whois.net.remarks whois.net.contacts.persons whois.asn.name
DATE     whois.net.created whois.net.updated whois.asn.updated
KEYWORD  whois.asn.number whois.asn.country whois.asn.registry whois.asn.cidr

KEYWORD  tag.name tag.cpe
TEXT     tag.fullname tag.category tag.description
KEYWORD  cve.name cve.severity cve.exploit_links
FLOAT    cve.base_score
BOOLEAN  cve.has_exploit
TEXT     cve.description

INTEGER  http.favicon.hash_mmh3 http.status_code http.content_length http.http_version.major http.http_version.minor
TEXT     http.status_line http.title http.description http.meta http.body http.headers.* http.unknown_headers.value
TEXT     http.transfer_encoding http.contacts.*
KEYWORD  http.http_version.name http.unknown_headers.key http.body_sha256 http.contacts.emails
KEYWORD  http.favicon.hash_sha256 http.favicon.perceptual_hash http.favicon.path http.favicon.uri
KEYWORD  http.favicon.host http.favicon.cert_md5
IP       http.favicon.ip
BINARY   http.favicon.image
DATE     http.favicon.last_modified

INTEGER  certificate.version certificate.validity.length certificate.extensions.key_usage.value
INTEGER  certificate.extensions.basic_constraints.max_path_len
KEYWORD  certificate.serial_number certificate.names certificate.signature_algorithm.* certificate.signature.value
KEYWORD  certificate.fingerprint_md5 certificate.fingerprint_sha1 certificate.fingerprint_sha256
KEYWORD  certificate.tbs_fingerprint certificate.tbs_noct_fingerprint certificate.spki_subject_fingerprint
KEYWORD  certificate.validation_level certificate.src certificate.extensions.subject_alt_name.dns_names
KEYWORD  certificate.extensions.subject_key_id certificate.extensions.authority_key_id
KEYWORD  certificate.extensions.crl_distribution_points certificate.extensions.authority_info_access.*
KEYWORD  certificate.extensions.certificate_policies.* certificate.extensions.signed_certificate_timestamps.log_id
KEYWORD  certificate.subject.country certificate.issuer.country certificate.subject.serial_number
KEYWORD  certificate.issuer.serial_number certificate.subject.email_address certificate.issuer.email_address
TEXT     certificate.subject_dn certificate.issuer_dn certificate.subject.* certificate.issuer.*
IP       certificate.extensions.subject_alt_name.ip_addresses
DATE     certificate.validity.start certificate.validity.end
BOOLEAN  certificate.redacted certificate.signature.valid certificate.signature.self_signed
BOOLEAN  certificate.extensions.basic_constraints.is_ca

BOOLEAN  smb.smbv1_support
DATE     smb.system_time ntp.time ntp.time_response.reference_time ntp.time_response.receive_time
DATE     ntp.time_response.transmit_time
`

// fieldMap is the mapping, read.
type fieldMap struct {
	exact map[string]Type
	below map[string]Type // by the name before .*
}

// fixedMapping reads the table once.
var fixedMapping = sync.OnceValue(func() fieldMap {
	m := fieldMap{exact: map[string]Type{}, below: map[string]Type{}}
	for line := range strings.Lines(mappingTable) {
		words := strings.Fields(line)
		for i := 1; i < len(words); i++ {
			if base, below := strings.CutSuffix(words[i], ".*"); below {
				m.below[base] = Type(words[0])
				continue
			}
			m.exact[words[i]] = Type(words[0])
		}
	}
	return m
})

// Mapped gives the type of a field of the fixed mapping, and false for one
// that is typed by rule. tag.NAME.version is a VERSION.
func Mapped(field string) (Type, bool) {
	field = canonicalName(field)
	m := fixedMapping()
	if t, ok := m.exact[field]; ok {
		return t, true
	}
	if name, ok := strings.CutPrefix(field, "tag."); ok && strings.HasSuffix(name, ".version") {
		return TypeVersion, true
	}
	for base := field; ; {
		dot := strings.LastIndexByte(base, '.')
		if dot < 0 || strings.HasSuffix(field, keywordSuffix) {
			return "", false
		}
		base = base[:dot]
		if t, ok := m.below[base]; ok {
			return t, true
		}
	}
}

// canonicalName maps the repeated parts of a document on the described ones.
func canonicalName(field string) string {
	if rest, ok := strings.CutPrefix(field, "certificate.chain."); ok {
		return "certificate." + rest
	}
	if rest, ok := strings.CutPrefix(field, "whois.related_nets."); ok {
		return "whois.net." + rest
	}
	return field
}

// Mapping gives a copy of the fixed mapping for the mapping endpoint: field to
// type, names ending in .* included.
func Mapping() map[string]Type {
	m := fixedMapping()
	all := maps.Clone(m.exact)
	for base, t := range m.below {
		all[base+".*"] = t
	}
	return all
}
