package tls

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/binary"
	"math/big"
	"slices"
	"strings"
	"sync"
	"time"
)

// robot tells servers that betray whether a secret they were sent was padded well (ROBOT:
// Böck, Somorovsky, Young, "Return Of Bleichenbacher's Oracle Threat", 2018), by which what
// is encrypted to their key can be decrypted. They are sent secrets with good and with bad
// padding, and must react to all alike (RFC 5246 section 7.4.7.1). A difference must come
// a second time, as it may be by chance.
func (s *surveyor) robot(ctx context.Context, version uint16) bool {
	suites := chosen(hasPlainRSA)
	a, ok := s.ask(ctx, offer(s.to.Name, version, suites, false), true)
	if !ok || len(a.Certificates) == 0 {
		return false
	}
	leaf, err := x509.ParseCertificate(a.Certificates[0])
	if err != nil {
		return false
	}
	key, ok := leaf.PublicKey.(*rsa.PublicKey)
	if !ok || key.Size() < minModulus || key.Size() > maxModulus {
		return false
	}
	first := s.reactions(ctx, a, key)
	if len(slices.Compact(slices.Clone(first))) == 1 {
		return false
	}
	return slices.Equal(first, s.reactions(ctx, a, key)) && ctx.Err() == nil
}

// hasPlainRSA chooses the suites whose secret is encrypted to the server's own key.
func hasPlainRSA(c suite) bool {
	return strings.HasPrefix(c.name, "TLS_RSA_WITH_") && !slices.Contains(c.kinds, "null")
}

// Sizes of RSA keys in bytes that are tried.
const (
	minModulus = 64
	maxModulus = 1024
)

// reactions sends each of the secrets on a connection of its own.
func (s *surveyor) reactions(ctx context.Context, a Answer, key *rsa.PublicKey) []int {
	secrets := paddedSecrets(key.Size(), a.Version)
	said := make([]int, len(secrets))
	var asking sync.WaitGroup
	for i, secret := range secrets {
		asking.Go(func() { said[i] = s.exchangeKeys(ctx, a, encrypt(key, secret)) })
	}
	asking.Wait()
	return said
}

// exchangeKeys ends a handshake with a secret, and with a message no key fits.
func (s *surveyor) exchangeKeys(ctx context.Context, a Answer, secret []byte) int {
	conn, err := s.narrow().Dial(ctx, s.to)
	if err != nil {
		return leaving
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.Write(offer(s.to.Name, a.Version, []uint16{a.Suite}, false).bytes()); err != nil {
		return leaving
	}
	if again, err := ReadAnswer(conn, true); err != nil || again.Suite != a.Suite || again.Version != a.Version {
		return leaving
	}
	if _, err := conn.Write(clientFlight(a.Version, secret)); err != nil {
		return leaving
	}
	_ = conn.SetReadDeadline(time.Now().Add(reactionTime)) // one that takes none is closed
	return Reaction(conn)
}

// clientFlight is ClientKeyExchange, ChangeCipherSpec and what would be Finished, encrypted
// with nobody's key. SSL 3 has no length before the secret.
func clientFlight(version uint16, secret []byte) []byte {
	const handshake, keyExchange = 22, 16
	if version > ssl3 {
		secret = vector16(secret)
	}
	body := append([]byte{keyExchange, 0}, vector16(secret)...)
	finished := bytes.Repeat([]byte{0x5a}, 64)
	record := func(body []byte) []byte {
		return append(binary.BigEndian.AppendUint16([]byte{handshake}, version), vector16(body)...)
	}
	return slices.Concat(record(body), changeCipherSpec(version), record(finished))
}

// paddedSecrets are a secret as PKCS #1 1.5 pads it (RFC 8017 section 7.2.1), and with each
// of the mistakes that servers were found to betray: another beginning, no end of the padding,
// an end that is too early, and a version that was not offered.
func paddedSecrets(size int, version uint16) [][]byte {
	const secret, random = 48, 46
	padded := func(change func(p []byte)) []byte {
		p := make([]byte, size)
		_, _ = rand.Read(p) // never fails
		for i := range p {
			p[i] |= 1 // padding has no zero, and neither has this secret
		}
		p[0], p[1], p[size-secret-1] = 0, 2, 0
		binary.BigEndian.PutUint16(p[size-secret:], version)
		change(p)
		return p
	}
	return [][]byte{
		padded(func([]byte) {}),
		padded(func(p []byte) { p[0], p[1] = 0x41, 0x17 }),
		padded(func(p []byte) {
			p[size-secret-1] = 0x11
			binary.BigEndian.PutUint16(p[size-secret:], 0x1111)
		}),
		padded(func(p []byte) { p[size-random/2] = 0; p[size-secret-1] = 0x11 }),
		padded(func(p []byte) { binary.BigEndian.PutUint16(p[size-secret:], 0x0202) }),
	}
}

// encrypt is RSA without padding of its own. What is longer than the modulus by value is
// made shorter, as nothing else can be encrypted.
func encrypt(key *rsa.PublicKey, message []byte) []byte {
	m := new(big.Int).SetBytes(message)
	m.Mod(m, key.N)
	return m.Exp(m, big.NewInt(int64(key.E)), key.N).FillBytes(make([]byte, key.Size()))
}
