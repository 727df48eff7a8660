package tls

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// JARM (salesforce.com, November 2020) is a fingerprint of what a server chooses
// from ten different hellos. What it offers and how it reads the answers has peculiarities,
// which are kept exactly, because fingerprints are compared with those of others.

// jarmRead is how much of an answer the original looks at.
const jarmRead = 1484

// jarmOf fingerprints a server; empty when it is silent to one of the hellos.
func jarmOf(ctx context.Context, d probe.Dialer, to engine.Endpoint) string {
	answers := make([][]byte, len(jarmHellos()))
	var asking sync.WaitGroup
	silent := false
	var lock sync.Mutex
	for i, h := range jarmHellos() {
		asking.Go(func() {
			answer, err := askJARM(ctx, d, to, h.bytes(to.Host()))
			lock.Lock()
			defer lock.Unlock()
			answers[i] = answer
			silent = silent || probe.OutcomeOf(err) == engine.Timeout || ctx.Err() != nil
		})
	}
	asking.Wait()
	if silent {
		return ""
	}
	return JARM(answers)
}

// askJARM gives the beginning of an answer.
func askJARM(ctx context.Context, d probe.Dialer, to engine.Endpoint, record []byte) ([]byte, error) {
	conn, err := d.Dial(ctx, to)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.Write(record); err != nil {
		return nil, err
	}
	answer := make([]byte, jarmRead)
	n, err := io.ReadAtLeast(conn, answer, 5)
	if err != nil {
		return nil, err
	}
	whole := min(jarmRead, 5+int(binary.BigEndian.Uint16(answer[3:])))
	if n < whole {
		more, err := io.ReadFull(conn, answer[n:whole])
		return answer[:n+more], err
	}
	return answer[:n], nil
}

// JARM is the fingerprint of ten answers: 30 digits for suites and versions, and 32
// of a hash of the rest; 62 zeros when none is a ServerHello.
func JARM(answers [][]byte) string {
	var fuzzy, rest strings.Builder
	isEmpty := true
	for _, answer := range answers {
		suite, version, extensions := readJARM(answer)
		isEmpty = isEmpty && suite == 0 && version == 0 && extensions == ""
		fuzzy.WriteString(jarmSuite(suite, version) + jarmVersion(version))
		rest.WriteString(extensions)
	}
	if isEmpty {
		return strings.Repeat("0", 62)
	}
	sum := sha256.Sum256([]byte(rest.String()))
	return fuzzy.String() + hex.EncodeToString(sum[:16])
}

// jarmSuite is the place of a suite in the sorted list, from 1; of an unknown one it is
// one behind the end. The suites of TLS 1.3 are behind the others.
func jarmSuite(id, version uint16) string {
	if version == 0 {
		return "00"
	}
	sorted := slices.SortedFunc(slices.Values(jarmSuites()), func(a, b uint16) int { return int(rank(a)) - int(rank(b)) })
	i := slices.Index(sorted, id)
	if i < 0 {
		i = len(sorted)
	}
	return fmt.Sprintf("%02x", i+1)
}

func rank(id uint16) uint32 {
	if id>>8 == 0x13 {
		return 1<<16 | uint32(id)
	}
	return uint32(id)
}

// jarmVersion is a letter for the last digit of the version.
func jarmVersion(version uint16) string {
	if version == 0 {
		return "0"
	}
	return string("abcdef"[min(version&0xf, 5)])
}

// readJARM gives the suite, the legacy version, and the protocol and extensions as one text.
// version 0 means that this is no ServerHello, or one that the original stumbles over.
func readJARM(data []byte) (suite, version uint16, text string) {
	const handshake, fixed = 22, 44
	if len(data) < fixed || data[0] != handshake || data[5] != serverHello {
		return 0, 0, ""
	}
	id := int(data[fixed-1])
	if len(data) < fixed+id+2 {
		return 0, 0, ""
	}
	version, suite = binary.BigEndian.Uint16(data[9:]), binary.BigEndian.Uint16(data[fixed+id:])
	text, ok := jarmExtensions(data, fixed+id+3)
	if !ok {
		return 0, 0, ""
	}
	return suite, version, text
}

// jarmExtensions reads from behind the compression method; false if the list is
// longer than the data. A message that follows at once means that there are no
// extensions, as do two patterns of the original.
func jarmExtensions(data []byte, at int) (string, bool) {
	switch {
	case len(data) < at+2, data[at] == certificateList,
		bytes.HasPrefix(data[min(at+3, len(data)):], []byte{0x0e, 0xac, 0x0b}), bytes.HasPrefix(data[min(82, len(data)):], []byte{0x0f, 0xf0, 0x0b}):
		return "", true
	}
	var ids []string
	protocol := ""
	end := at + 1 + int(binary.BigEndian.Uint16(data[at:]))
	for at += 2; at < end; {
		if len(data) < at+4 {
			return "", false
		}
		id, size := binary.BigEndian.Uint16(data[at:]), int(binary.BigEndian.Uint16(data[at+2:]))
		ids = append(ids, fmt.Sprintf("%04x", id))
		if value := data[at+4 : max(at+4, min(len(data), at+4+size))]; id == extALPN && protocol == "" && len(value) > 3 {
			protocol = string(value[3:])
		}
		at += 4 + size
	}
	return protocol + strings.Join(ids, "-"), true
}
