package domain

import (
	"context"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// maxChecks is how many signatures of one set of records are checked: keys can be made
// so that each fits each signature, which costs whoever tries them all (CVE-2023-50387).
const maxChecks = 16

// signedZone is a zone and the keys that may sign its records.
type signedZone struct {
	verdict

	keys []*dns.DNSKEY
}

var (
	errUnsigned = errors.New("not signed")
	errExpired  = errors.New("the signature has expired")
	errEarly    = errors.New("the signature is not valid yet")
	errForged   = errors.New("the signature does not fit")
	errWeak     = errors.New("the key is too small to be checked")
)

// zoneVerdict validates a zone's keys from the anchor down.
func (x *examination) zoneVerdict(ctx context.Context, zone string) verdict {
	x.validating.Lock()
	defer x.validating.Unlock()
	return x.validateLocked(ctx, zone).verdict
}

// verdictOn validates the records of a name, or the proof that it has none of that kind.
func (x *examination) verdictOn(ctx context.Context, name string, kind uint16) verdict {
	x.validating.Lock()
	defer x.validating.Unlock()
	name = dns.CanonicalName(name)
	zone := x.validateLocked(ctx, x.zoneOf(ctx, name))
	a := x.ask(ctx, name, kind)
	if zone.State != Secure || a.state == unknown || len(a.chain) > 0 {
		return zone.verdict
	}
	if a.state != present {
		return judge("no "+dns.TypeToString[kind], verifyDenial(a, name, kind, zone.keys))
	}
	return judge(dns.TypeToString[kind], verify(a, kind, zone.keys))
}

func (x *examination) validateLocked(ctx context.Context, zone string) signedZone {
	if known, ok := x.zones[zone]; ok {
		return known
	}
	validated := x.validateAnewLocked(ctx, zone)
	x.zones[zone] = validated
	return validated
}

func (x *examination) validateAnewLocked(ctx context.Context, zone string) signedZone {
	if anchors := anchorsOf(x.config.Anchors, zone); len(anchors) > 0 {
		top := x.trust(ctx, zone, anchors)
		if top.State != Secure { // our clock is wrong, or the resolver keeps signatures to itself
			return signedZone{}
		}
		return top
	}
	if zone == "" || zone == "." {
		return signedZone{}
	}
	parent := x.validateLocked(ctx, x.zoneOf(ctx, parentOf(zone)))
	if parent.State != Secure {
		return signedZone{verdict: x.below(ctx, zone, parent.verdict)}
	}
	ds := x.ask(ctx, zone, dns.TypeDS)
	switch ds.state {
	case unknown:
		return signedZone{}
	case present:
	default:
		return signedZone{verdict: x.below(ctx, zone, verdict{State: Insecure})}
	}
	if v := judge("DS", verify(ds, dns.TypeDS, parent.keys)); v.State != Secure {
		return signedZone{verdict: v}
	}
	return x.trust(ctx, zone, records[*dns.DS](ds))
}

// below is the verdict on a zone that no chain leads to: without keys it is unsigned.
func (x *examination) below(ctx context.Context, zone string, above verdict) verdict {
	if above.State != Insecure && above.State != Unsigned {
		return above
	}
	switch x.ask(ctx, zone, dns.TypeDNSKEY).state {
	case present:
		return verdict{State: Insecure}
	case unknown:
		return verdict{}
	}
	return verdict{State: Unsigned}
}

// trust validates the keys of a zone by what its parent, or the anchor, says of them. A
// zone of algorithms that nobody here knows is insecure (RFC 4035 section 5.2).
func (x *examination) trust(ctx context.Context, zone string, ds []*dns.DS) signedZone {
	a := x.ask(ctx, zone, dns.TypeDNSKEY)
	if a.state == unknown {
		return signedZone{}
	}
	ds = slices.DeleteFunc(slices.Clone(ds), func(d *dns.DS) bool { return !isKnown(d) })
	if len(ds) == 0 {
		return signedZone{verdict: verdict{State: Insecure}}
	}
	keys := dnskeys(a)
	var trusted []*dns.DNSKEY
	for _, key := range keys {
		if slices.ContainsFunc(ds, func(d *dns.DS) bool { return fits(key, d) }) {
			trusted = append(trusted, key)
		}
	}
	if len(trusted) == 0 {
		return signedZone{verdict: verdict{Bogus, "no key of the zone fits its DS"}}
	}
	v := judge("DNSKEY", verify(a, dns.TypeDNSKEY, trusted))
	if v.State != Secure {
		return signedZone{verdict: v}
	}
	return signedZone{verdict{State: Secure}, keys}
}

func isKnown(d *dns.DS) bool {
	return slices.Contains([]uint8{dns.RSASHA1, dns.RSASHA1NSEC3SHA1, dns.RSASHA256, dns.RSASHA512, dns.ECDSAP256SHA256, dns.ECDSAP384SHA384, dns.ED25519}, d.Algorithm) &&
		slices.Contains([]uint8{dns.SHA1, dns.SHA256, dns.SHA384}, d.DigestType)
}

func fits(key *dns.DNSKEY, d *dns.DS) bool {
	if key.KeyTag() != d.KeyTag || key.Algorithm != d.Algorithm {
		return false
	}
	made := key.ToDS(d.DigestType)
	return made != nil && strings.EqualFold(made.Digest, d.Digest)
}

// judge turns the end of a check into a verdict.
func judge(what string, err error) verdict {
	switch {
	case err == nil:
		return verdict{State: Secure}
	case errors.Is(err, errWeak):
		return verdict{}
	}
	return verdict{Bogus, what + ": " + err.Error()}
}

// verify checks the records of an answer: one signature that holds is enough.
func verify(a answer, kind uint16, keys []*dns.DNSKEY) error {
	return verifySet(a.records, signaturesIn(a.message.Answer, kind, a.records[0].Header().Name), keys)
}

func verifySet(set []dns.RR, sigs []*dns.RRSIG, keys []*dns.DNSKEY) error {
	err, now := errUnsigned, time.Now()
	left := maxChecks
	for _, sig := range sigs {
		for _, key := range keys {
			if sig.KeyTag != key.KeyTag() || sig.Algorithm != key.Algorithm || left == 0 {
				continue
			}
			left--
			if err = check(sig, key, set, now); err == nil {
				return nil
			}
		}
		if errors.Is(err, errUnsigned) {
			err = errForged // by a key that the zone does not have
		}
	}
	return err
}

func check(sig *dns.RRSIG, key *dns.DNSKEY, records []dns.RR, now time.Time) error {
	if bits := rsaBits(key); bits > 0 && bits < 1024 { // the standard library refuses those
		return errWeak
	}
	if sig.Verify(key, records) != nil {
		return errForged
	}
	switch {
	case sig.ValidityPeriod(now):
		return nil
	case now.Before(time.Unix(int64(sig.Inception), 0)):
		return errEarly
	}
	return errExpired
}

// signaturesIn gives those over the records of a kind and an owner in a section of a message.
func signaturesIn(section []dns.RR, kind uint16, owner string) []*dns.RRSIG {
	var all []*dns.RRSIG
	for _, rr := range section {
		sig, ok := rr.(*dns.RRSIG)
		if ok && sig.TypeCovered == kind && dns.CanonicalName(sig.Hdr.Name) == dns.CanonicalName(owner) {
			all = append(all, sig)
		}
	}
	return all
}

// rsaBits gives the size of an RSA key (RFC 3110 section 2), 0 for other keys.
func rsaBits(key *dns.DNSKEY) int {
	if !slices.Contains([]uint8{dns.RSAMD5, dns.RSASHA1, dns.RSASHA1NSEC3SHA1, dns.RSASHA256, dns.RSASHA512}, key.Algorithm) {
		return 0
	}
	data, err := base64.StdEncoding.DecodeString(key.PublicKey)
	if err != nil || len(data) < 3 {
		return 0
	}
	exponent, head := int(data[0]), 1
	if exponent == 0 {
		exponent, head = int(data[1])<<8|int(data[2]), 3
	}
	return 8 * max(0, len(data)-head-exponent)
}

func records[T dns.RR](a answer) []T {
	var list []T
	for _, rr := range a.records {
		if record, ok := rr.(T); ok {
			list = append(list, record)
		}
	}
	return list
}

func anchorsOf(all []*dns.DS, zone string) []*dns.DS {
	return slices.DeleteFunc(slices.Clone(all), func(d *dns.DS) bool { return dns.CanonicalName(d.Hdr.Name) != zone })
}

// rootAnchors are the keys of the root, of 2017 and of 2024 (data.iana.org/root-anchors).
func rootAnchors() []*dns.DS {
	anchor := func(tag uint16, digest string) *dns.DS {
		header := dns.RR_Header{Name: ".", Rrtype: dns.TypeDS, Class: dns.ClassINET}
		return &dns.DS{Hdr: header, KeyTag: tag, Algorithm: dns.RSASHA256, DigestType: dns.SHA256, Digest: digest}
	}
	return []*dns.DS{
		anchor(20326, "e06d44b80b8f1d39a95c0b0d7c65d08458e880409bbc683457104237c7f8ec8d"),
		anchor(38696, "683d2d0acb8c9b712a1948b27f741219298d0a450d612c483af444a4c0fb2b16"),
	}
}
