package tls

import (
	"crypto/rand"
	"slices"
)

// order is how a list of the hello is arranged.
type order int

const (
	forward order = iota
	reverse
	topHalf
	bottomHalf
	middleOut
)

// arrange follows the original in that the middle of an odd list belongs to the top half.
func arrange[T any](list []T, by order) []T {
	middle := len(list) / 2
	odd := len(list) % 2
	switch by {
	case reverse:
		list = slices.Clone(list)
		slices.Reverse(list)
	case bottomHalf:
		list = list[middle+odd:]
	case topHalf:
		list = arrange(list[:middle+odd], reverse)
	case middleOut:
		return fromMiddle(list)
	}
	return list
}

// fromMiddle begins with the middle, or the second of two, and takes the later one of each pair first.
func fromMiddle[T any](list []T) (out []T) {
	middle := len(list) / 2
	later, earlier := middle, middle-1
	if len(list)%2 == 1 {
		out, later = append(out, list[middle]), middle+1
	}
	for ; earlier >= 0; later, earlier = later+1, earlier-1 {
		out = append(out, list[later], list[earlier])
	}
	return out
}

// jarmHello is one of the ten.
type jarmHello struct {
	version    uint16 // 0x0304 goes into extensions only
	no13       bool   // leaves out the suites of TLS 1.3
	suites     order
	grease     bool // RFC 8701
	rareALPN   bool // leaves out h2 and http/1.1
	newest     uint16
	extensions order
}

// jarmHellos are in the order of the fingerprint. newest is the last of the extension
// supported_versions; 0 for none.
func jarmHellos() []jarmHello {
	const v11, v12, v13 = 0x0302, 0x0303, 0x0304
	return []jarmHello{
		{v12, false, forward, false, false, v12, reverse},
		{v12, false, reverse, false, false, v12, forward},
		{v12, false, topHalf, false, false, 0, forward},
		{v12, false, bottomHalf, false, true, 0, forward},
		{v12, false, middleOut, true, true, 0, reverse},
		{v11, false, forward, false, false, 0, forward},
		{v13, false, forward, false, false, v13, reverse},
		{v13, false, reverse, false, false, v13, forward},
		{v13, true, forward, false, false, v13, forward},
		{v13, false, middleOut, true, false, v13, reverse},
	}
}

// jarmSuites are offered in this order.
func jarmSuites() []uint16 {
	return []uint16{
		0x0016, 0x0033, 0x0067, 0xc09e, 0xc0a2, 0x009e, 0x0039, 0x006b, 0xc09f, 0xc0a3, 0x009f, 0x0045, 0x00be, 0x0088, 0x00c4, 0x009a,
		0xc008, 0xc009, 0xc023, 0xc0ac, 0xc0ae, 0xc02b, 0xc00a, 0xc024, 0xc0ad, 0xc0af, 0xc02c, 0xc072, 0xc073, 0xcca9, 0x1302, 0x1301,
		0xcc14, 0xc007, 0xc012, 0xc013, 0xc027, 0xc02f, 0xc014, 0xc028, 0xc030, 0xc060, 0xc061, 0xc076, 0xc077, 0xcca8, 0x1305, 0x1304,
		0x1303, 0xcc13, 0xc011, 0x000a, 0x002f, 0x003c, 0xc09c, 0xc0a0, 0x009c, 0x0035, 0x003d, 0xc09d, 0xc0a1, 0x009d, 0x0041, 0x00ba,
		0x0084, 0x00c0, 0x0007, 0x0004, 0x0005,
	}
}

// bytes is the record that offers it to host, a name or an address.
func (j jarmHello) bytes(host string) []byte {
	h := hello{record: j.version, version: min(j.version, 0x0303), compressions: []byte{0}, extensions: j.offered(host)}
	if j.version == 0x0304 {
		h.record = 0x0301
	}
	list := slices.DeleteFunc(jarmSuites(), func(id uint16) bool { return j.no13 && id>>8 == 0x13 })
	h.suites = arrange(list, j.suites)
	if j.grease {
		h.suites = append([]uint16{grease()}, h.suites...)
	}
	return h.bytes()
}

func (j jarmHello) offered(host string) []byte {
	var all []byte
	if j.grease {
		all = extension(grease(), nil)
	}
	all = slices.Concat(all,
		serverName(host), extension(extMasterSecret, nil), extension(extMaxFragment, []byte{1}), extension(extRenegotiate, []byte{0}),
		extension(extGroups, vector16(numbers([]uint16{29, 23, 24, 25}))), extension(extPointFormats, vector8([]byte{0})),
		extension(extTicket, nil), j.protocols(),
		extension(extSignatures, vector16(numbers([]uint16{0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601, 0x0201}))),
		j.keyShare(), extension(extKeyModes, vector8([]byte{1})),
	)
	if j.newest != 0 {
		all = append(all, j.versions()...)
	}
	return all
}

// protocols are the weakest first; the original takes "spdy/3" and "h2" for one when it
// arranges them.
func (j jarmHello) protocols() []byte {
	list := [][]string{{"http/0.9"}, {"http/1.0"}, {"http/1.1"}, {"spdy/1"}, {"spdy/2"}, {"spdy/3", "h2"}, {"h2c"}, {"hq"}}
	if j.rareALPN {
		list = [][]string{{"http/0.9"}, {"http/1.0"}, {"spdy/1"}, {"spdy/2"}, {"spdy/3"}, {"h2c"}, {"hq"}}
	}
	return alpn(slices.Concat(arrange(list, j.extensions)...)...)
}

func (j jarmHello) keyShare() []byte {
	var share []byte
	if j.grease {
		share = append(numbers([]uint16{grease()}), 0, 1, 0)
	}
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails; any 32 bytes are a key of X25519
	share = append(share, append(numbers([]uint16{29}), vector16(key)...)...)
	return extension(extKeyShare, vector16(share))
}

func (j jarmHello) versions() []byte {
	var list []uint16
	for v := uint16(0x0301); v <= j.newest; v++ {
		list = append(list, v)
	}
	list = arrange(list, j.extensions)
	if j.grease {
		list = append([]uint16{grease()}, list...)
	}
	return extension(extVersions, vector8(numbers(list)))
}

// grease is one of sixteen values that mean nothing.
func grease() uint16 {
	var b [1]byte
	_, _ = rand.Read(b[:]) // never fails
	return uint16(b[0]>>4)*0x1010 + 0x0a0a
}
