package tls

import (
	"encoding/asn1"
	"encoding/base64"
	"encoding/binary"
	"slices"
)

// SCT is a promise of a Certificate Transparency log (RFC 6962 section 3.2).
type SCT struct {
	Version   int    `json:"version"`
	LogID     string `json:"log_id"`    // base64
	Timestamp int64  `json:"timestamp"` // seconds
	Signature string `json:"signature"` // base64
}

// sctHead is version, log id and timestamp; two bytes of extensions follow.
const sctHead = 1 + 32 + 8

// parseSCTs reads the extension: an OCTET STRING that holds a list in the
// encoding of TLS (RFC 6962 section 3.3). It stops at the first that is cut off.
func parseSCTs(value []byte) []SCT {
	var list []byte
	if _, err := asn1.Unmarshal(value, &list); err != nil {
		return nil
	}
	list, _, _ = takeVector(list)
	var found []SCT
	for {
		entry, rest, ok := takeVector(list)
		if !ok || len(entry) < sctHead {
			return found
		}
		found = append(found, newSCT(entry))
		list = rest
	}
}

func newSCT(entry []byte) SCT {
	_, signature, _ := takeVector(entry[sctHead:])
	return SCT{
		Version: int(entry[0]), LogID: base64.StdEncoding.EncodeToString(entry[1:33]),
		Timestamp: int64(binary.BigEndian.Uint64(entry[33:sctHead]) / 1000), Signature: base64.StdEncoding.EncodeToString(signature),
	}
}

// takeVector reads two bytes of length and as many bytes.
func takeVector(data []byte) (vector, rest []byte, ok bool) {
	if len(data) < 2 || int(binary.BigEndian.Uint16(data)) > len(data)-2 {
		return nil, nil, false
	}
	n := 2 + int(binary.BigEndian.Uint16(data))
	return data[2:n], data[n:], true
}

// withoutCT gives the signed part of a certificate without what Certificate
// Transparency adds, so that it equals that of its precertificate.
func withoutCT(tbs []byte) []byte {
	var fields []asn1.RawValue
	if _, err := asn1.Unmarshal(tbs, &fields); err != nil || len(fields) == 0 {
		return tbs
	}
	last := &fields[len(fields)-1]
	if last.Class != asn1.ClassContextSpecific || last.Tag != 3 { // extensions are [3]
		return tbs
	}
	var extensions []asn1.RawValue
	if _, err := asn1.Unmarshal(last.Bytes, &extensions); err != nil {
		return tbs
	}
	kept := slices.DeleteFunc(slices.Clone(extensions), isCT)
	if len(kept) == len(extensions) {
		return tbs
	}
	inner, err := asn1.Marshal(kept)
	if err != nil {
		return tbs
	}
	*last = asn1.RawValue{Class: last.Class, Tag: last.Tag, IsCompound: true, Bytes: inner}
	without, err := asn1.Marshal(fields)
	if err != nil {
		return tbs
	}
	return without
}

func isCT(extension asn1.RawValue) bool {
	var id asn1.ObjectIdentifier
	if _, err := asn1.Unmarshal(extension.Bytes, &id); err != nil {
		return false
	}
	return id.String() == oidSCTs || id.String() == oidPoison
}
