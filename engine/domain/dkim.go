package domain

import (
	"context"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"strings"

	"github.com/miekg/dns"
)

// DKIM is the key of one selector (RFC 6376 section 3.6.1).
type DKIM struct {
	Selector string `json:"selector"`
	State    string `json:"state"` // "valid", "revoked" or "error"
	Kind     string `json:"key_type,omitempty"`
	Bits     int    `json:"rsa_bits,omitempty"` // of an RSA key
	Test     bool   `json:"test"`               // receivers are asked not to act on it (t=y)
	Error    string `json:"error,omitempty"`
}

const keyRevoked = "revoked"

// selectors are those that mail services and programs use by default. Others cannot be
// found, so that none is found says nothing.
func selectors() []string {
	return strings.Fields("default dkim mail smtp google selector1 selector2 k1 k2 k3 s1 s2 fm1 fm2 fm3 mandrill mxvault zoho protonmail sig1 pm cm mesmtp turbo-smtp")
}

// learnDKIM asks for the keys of known selectors where the name has mail.
func (x *examination) learnDKIM(ctx context.Context) []DKIM {
	if x.block.Mail != mailMX {
		return nil
	}
	names := selectors()
	found := make([]*DKIM, len(names))
	var work []func()
	for i, selector := range names {
		work = append(work, func() {
			for _, text := range x.ask(ctx, selector+"._domainkey."+x.name, dns.TypeTXT).texts() {
				if key, ok := readDKIM(text); ok {
					key.Selector, found[i] = selector, &key
				}
			}
		})
	}
	inParallel(work...)
	var keys []DKIM
	for _, key := range found {
		if key != nil {
			keys = append(keys, *key)
		}
	}
	return keys
}

// readDKIM reads a key record; false for a text that is none, as a wildcard may give.
func readDKIM(text string) (DKIM, bool) {
	list, err := readTags(text)
	if !strings.Contains(text, "p=") || list.get("v") != "" && list.get("v") != "DKIM1" {
		return DKIM{}, false
	}
	key := DKIM{State: Valid, Kind: clip(strings.ToLower(list.get("k")))}
	if key.Kind == "" {
		key.Kind = "rsa"
	}
	for flag := range strings.SplitSeq(list.get("t"), ":") {
		key.Test = key.Test || strings.TrimSpace(flag) == "y"
	}
	if err != nil {
		key.State, key.Error = Wrong, clip(err.Error())
		return key, true
	}
	key.measure(list.get("p"))
	return key, true
}

// measure reads the key itself: an RSA key as SubjectPublicKeyInfo or, as many have it,
// as RSAPublicKey; Ed25519 as it is (RFC 8463 section 4).
func (k *DKIM) measure(text string) {
	if text == "" {
		k.State = keyRevoked
		return
	}
	data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		k.State, k.Error = Wrong, "the key is not base64"
		return
	}
	if k.Kind == "ed25519" && len(data) == ed25519.PublicKeySize {
		return
	}
	public, err := x509.ParsePKIXPublicKey(data)
	if err != nil {
		public, err = x509.ParsePKCS1PublicKey(data)
	}
	key, ok := public.(*rsa.PublicKey)
	if err != nil || !ok {
		k.State, k.Error = Wrong, "the key cannot be read"
		return
	}
	k.Bits = key.N.BitLen()
}
