package smb

import (
	"encoding/binary"
	"slices"

	"github.com/portolan-io/terraform-provider-portolan/engine/ber"
	"github.com/portolan-io/terraform-provider-portolan/engine/ntlm"
)

// Object identifiers of SPNEGO (RFC 4178) and NTLM.
const (
	spnego  = "\x2b\x06\x01\x05\x05\x02"
	ntlmSSP = "\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a"
)

// setup begins a login as nobody ([MS-SMB2] section 2.2.5), to which a server answers with
// a challenge: NTLM's first message in a NegTokenInit.
func setup() []byte {
	mechanisms := ber.Encode(0xa0, ber.Encode(ber.Sequence, ber.Encode(ber.OID, []byte(ntlmSSP))))
	token := ber.Encode(0xa2, ber.Encode(ber.OctetString, ntlm.Negotiate()))
	blob := ber.Encode(0x60, ber.Encode(ber.OID, []byte(spnego)), ber.Encode(0xa0, ber.Encode(ber.Sequence, mechanisms, token)))
	body := make([]byte, 24)
	body[0], body[3] = 25, 1 // size, signing enabled
	binary.LittleEndian.PutUint16(body[12:], headSize+24)
	binary.LittleEndian.PutUint16(body[14:], uint16(len(blob)))
	return slices.Concat(head2(commandSetup, 1), body, blob)
}
