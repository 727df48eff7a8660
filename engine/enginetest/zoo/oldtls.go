package zoo

import (
	"bytes"
	"crypto/rsa"
	"crypto/tls"
	"encoding/binary"
	"io"
	"math/big"
	"net"
	"slices"
)

// oldTLS is a server of before the libraries of today: it shakes hands up to where
// encryption would begin, by one version and with suites of its own, in its own order.
type oldTLS struct {
	version uint16   // 0x0300 is SSL 3
	suites  []uint16 // as RFC 5246 appendix A.5 numbers them
	ssl2    bool     // answers the hello of SSL 2 as well
	named   bool     // refuses who does not name whom he wants (RFC 6066 section 3)
	deflate bool     // compresses, as OpenSSL did before CRIME
	oldest  uint16   // agrees to versions from this one, too; 0 for version alone
	prime   int      // bits of the prime of Diffie-Hellman
	modern  bool     // knows the extension for secure renegotiation (RFC 5746)
	polite  bool     // takes the first of the client's suites that it knows
	beats   bool     // knows heartbeats (RFC 6520)
	bleeds  bool     // … and believes their length (CVE-2014-0160)
	early   bool     // takes the switch to encryption before keys are agreed (CVE-2014-0224)
	key     rsaKey   // that secrets are encrypted to; without one nothing is decrypted
	betrays bool     // … and says whether a secret was padded well (ROBOT)
}

// serve plays one connection. It refuses by alerts, as OpenSSL does.
func (o oldTLS) serve(conn net.Conn) {
	head := make([]byte, 5)
	if _, err := io.ReadFull(conn, head); err != nil {
		return
	}
	if o.ssl2 && head[0]&0x80 != 0 && head[2] == 1 {
		_, _ = conn.Write(ssl2ServerHello()) // a client that has left needs none
		return
	}
	const handshake, protocolVersion, handshakeFailure, unrecognizedName = 22, 70, 40, 112
	hello := make([]byte, binary.BigEndian.Uint16(head[3:]))
	if _, err := io.ReadFull(conn, hello); err != nil || head[0] != handshake || len(hello) < 44 {
		return
	}
	version, suites, name := readClientHello(hello)
	first, second := o.suites, suites
	if o.polite {
		first, second = suites, o.suites
	}
	i := slices.IndexFunc(first, func(id uint16) bool { return slices.Contains(second, id) })
	switch {
	case o.named && !name:
		o.refuse(conn, unrecognizedName)
	case version < o.version && (o.oldest == 0 || version < o.oldest):
		o.refuse(conn, protocolVersion)
	case i < 0:
		o.refuse(conn, handshakeFailure)
	default:
		o.answer(conn, min(version, o.version), first[i])
	}
}

func (o oldTLS) refuse(conn net.Conn, reason byte) {
	const alert, fatal = 21, 2
	_, _ = conn.Write([]byte{alert, byte(o.version >> 8), byte(o.version), 0, 2, fatal, reason}) // a client that has left needs none
}

// answer sends ServerHello, Certificate, ServerKeyExchange where there is a prime, and
// ServerHelloDone, and waits for a client that will not go on.
func (o oldTLS) answer(conn net.Conn, version, suite uint16) {
	const serverHello, certificate, keyExchange, done = 2, 11, 12, 14
	body := binary.BigEndian.AppendUint16(nil, version)
	body = append(body, make([]byte, 33)...) // random, no session
	body = binary.BigEndian.AppendUint16(body, suite)
	if body = append(body, 0); o.deflate {
		body[len(body)-1] = 1
	}
	var extensions []byte
	if o.modern {
		extensions = append(extensions, 0xff, 0x01, 0, 1, 0)
	}
	if o.beats {
		extensions = append(extensions, 0, 15, 0, 1, 1)
	}
	if extensions != nil {
		body = append(append(body, be16(len(extensions))...), extensions...)
	}
	flight := message(serverHello, body)
	if der := o.certificate(); der != nil && !isAnonymous(suite) {
		flight = append(flight, message(certificate, uint24(uint24(der)))...)
	}
	if o.prime > 0 {
		flight = append(flight, message(keyExchange, o.diffieHellman())...)
	}
	flight = append(flight, message(done, nil)...)
	record := append(binary.BigEndian.AppendUint16([]byte{22}, version), byte(len(flight)>>8), byte(len(flight)))
	if _, err := conn.Write(append(record, flight...)); err == nil {
		o.listen(conn, version)
	}
}

// certificate is DER; nil if there is none.
func (o oldTLS) certificate() []byte {
	if o.key != nil {
		config, err := o.key()
		if err != nil {
			return nil
		}
		return config.Certificates[0].Certificate[0]
	}
	own, err := selfSigned("old.zoo.example", nil)
	if err != nil {
		return nil
	}
	return own.Certificate[0]
}

// rsaKey makes a configuration with an RSA key, the same each time.
type rsaKey func() (*tls.Config, error)

// listen hears what the client says after the first flight, up to where keys would be used.
func (o oldTLS) listen(conn net.Conn, version uint16) {
	const changeCipherSpec, handshake, heartbeat = 20, 22, 24
	const unexpected, badMAC, decryptionFailed = 10, 20, 21
	hasKey, switched := false, 0
	for {
		kind, body, err := readRecord(conn)
		switch {
		case err != nil:
			return
		case kind == heartbeat:
			o.beat(conn, version, body)
			return
		case kind == changeCipherSpec && !hasKey && !o.early:
			o.refuse(conn, unexpected)
			return
		case kind == changeCipherSpec:
			if switched++; switched > 1 {
				o.refuse(conn, decryptionFailed)
				return
			}
		case kind == handshake && hasKey:
			o.refuse(conn, badMAC) // Finished, which nobody has the key for
			return
		case kind == handshake:
			if hasKey = true; o.betrays && !o.isPadded(body) {
				o.refuse(conn, decryptionFailed)
				return
			}
		}
	}
}

// readRecord reads one, whose length no client of ours exceeds.
func readRecord(conn net.Conn) (kind byte, body []byte, err error) {
	head := make([]byte, 5)
	if _, err := io.ReadFull(conn, head); err != nil {
		return 0, nil, err
	}
	body = make([]byte, binary.BigEndian.Uint16(head[3:]))
	_, err = io.ReadFull(conn, body)
	return head[0], body, err
}

// beat answers a heartbeat that lies about its length if it bleeds; a sound server drops it.
func (o oldTLS) beat(conn net.Conn, version uint16, body []byte) {
	const heartbeat, request, response = 24, 1, 2
	if !o.bleeds || len(body) < 3 || body[0] != request {
		listenOnly(conn)
		return
	}
	answer := append([]byte{response, 0, 1, 'm'}, make([]byte, 16)...)
	_, _ = conn.Write(slices.Concat([]byte{heartbeat, byte(version >> 8), byte(version), 0, byte(len(answer))}, answer)) // a client that has left needs none
}

// isPadded decrypts the secret of a ClientKeyExchange and looks for what PKCS #1 1.5 wants.
func (o oldTLS) isPadded(message []byte) bool {
	config, err := o.key()
	if err != nil || len(message) < 6 {
		return false
	}
	key, ok := config.Certificates[0].PrivateKey.(*rsa.PrivateKey)
	if !ok {
		return false
	}
	secret := new(big.Int).Exp(new(big.Int).SetBytes(message[6:]), key.D, key.N).FillBytes(make([]byte, key.Size()))
	return secret[0] == 0 && secret[1] == 2 && bytes.IndexByte(secret[2:], 0) == len(secret)-2-49
}

// diffieHellman is a prime, a generator, a public value and a signature (RFC 5246 section
// 7.4.3), none of which is one: nobody computes with them before the handshake ends.
func (o oldTLS) diffieHellman() []byte {
	prime := make([]byte, o.prime/8)
	prime[0], prime[len(prime)-1] = 0x80, 1
	vector := func(data []byte) []byte { return append(be16(len(data)), data...) }
	return slices.Concat(vector(prime), vector([]byte{2}), vector(prime[1:]), []byte{4, 1}, vector(make([]byte, 256)))
}

// isAnonymous knows the suites of TLS_DH_anon and TLS_ECDH_anon that species use.
func isAnonymous(suite uint16) bool {
	return suite >= 0x0017 && suite <= 0x001b || suite == 0x0034 || suite == 0x003a || suite >= 0xc015 && suite <= 0xc019
}

func message(kind byte, body []byte) []byte { return append([]byte{kind}, uint24(body)...) }

// uint24 puts a length of three bytes before body.
func uint24(body []byte) []byte {
	return append([]byte{byte(len(body) >> 16), byte(len(body) >> 8), byte(len(body))}, body...)
}

// readClientHello reads RFC 5246 section 7.4.1.2 as far as a server of that time cares.
func readClientHello(hello []byte) (version uint16, suites []uint16, hasName bool) {
	version = binary.BigEndian.Uint16(hello[4:])
	rest := hello[min(len(hello), 39+int(hello[38])):]
	if len(rest) < 2 {
		return version, nil, false
	}
	n := int(binary.BigEndian.Uint16(rest))
	for i := 2; i+1 < min(len(rest), 2+n); i += 2 {
		suites = append(suites, binary.BigEndian.Uint16(rest[i:]))
	}
	rest = rest[min(len(rest), 2+n):]
	if len(rest) < 1 || len(rest) < 3+int(rest[0]) {
		return version, suites, false
	}
	for rest = rest[3+int(rest[0]):]; len(rest) >= 4; rest = rest[min(len(rest), 4+int(binary.BigEndian.Uint16(rest[2:]))):] {
		hasName = hasName || binary.BigEndian.Uint16(rest) == 0
	}
	return version, suites, hasName
}

// ssl2ServerHello agrees to RC4 with a key of 40 bits (draft-hickman-netscape-ssl-00 section 2.6).
func ssl2ServerHello() []byte {
	own, err := selfSigned("old.zoo.example", nil)
	if err != nil {
		return nil
	}
	certificate := own.Certificate[0]
	const ciphers, id = 3, 16
	body := []byte{4, 0, 1, 0, 2, byte(len(certificate) >> 8), byte(len(certificate)), 0, ciphers, 0, id}
	body = slices.Concat(body, certificate, []byte{2, 0, 0x80}, make([]byte, id))
	return append(binary.BigEndian.AppendUint16(nil, 0x8000|uint16(len(body))), body...)
}

// negative makes a certificate's serial number one that RFC 5280 section 4.1.2.2 forbids and
// strict readers refuse. Its signature is broken by that; nobody checks it before reading.
func negative(der []byte) []byte {
	serial := []byte{0xa0, 3, 2, 1, 2, 2, 1, 1} // version 3, serial number 1
	for i := range der {
		if i+len(serial) <= len(der) && slices.Equal(der[i:i+len(serial)], serial) {
			der[i+len(serial)-1] = 0x81
			break
		}
	}
	return der
}
