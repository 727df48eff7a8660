package domain

import (
	"errors"
	"slices"

	"github.com/miekg/dns"
)

var errContradicts = errors.New("the proof says that it is there")

// verifyDenial checks what an answer without records has to prove that there are none (RFC
// 4035 section 5.4, RFC 5155 section 8): each proof must be signed, and none may say that
// there are some. That the proofs are enough is not checked, nor that there is one: not all
// resolvers pass them on.
func verifyDenial(a answer, name string, kind uint16, keys []*dns.DNSKEY) error {
	for _, rr := range a.message.Ns {
		if !isProof(rr) {
			continue
		}
		head := rr.Header()
		if err := verifySet([]dns.RR{rr}, signaturesIn(a.message.Ns, head.Rrtype, head.Name), keys); err != nil {
			return err
		}
		if contradicts(rr, name, kind) {
			return errContradicts
		}
	}
	return nil
}

func isProof(rr dns.RR) bool {
	return slices.Contains([]uint16{dns.TypeNSEC, dns.TypeNSEC3}, rr.Header().Rrtype)
}

// contradicts reports whether a proof is about the very name and lists the kind.
func contradicts(rr dns.RR, name string, kind uint16) bool {
	switch proof := rr.(type) {
	case *dns.NSEC:
		return dns.CanonicalName(proof.Hdr.Name) == name && slices.Contains(proof.TypeBitMap, kind)
	case *dns.NSEC3:
		return proof.Match(name) && slices.Contains(proof.TypeBitMap, kind)
	}
	return false
}
