package sqlite

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"
)

// The postings of a term are the documents that have it, in the order of their
// ids, and of words behind that the places where they stand in each:
//
//	0, id                            one document
//	length, 2·count, id, gaps        several
//	length, 2·count+1, first, bits   many: a bitmap from the id 64·first on
//
// all of them uvarints but the bits, with length counting the bytes behind it to the
// end of all, places included. A gap is what lies between two ids. Places are counted
// in words, each as the distance from the one before, doubled, and one more if another
// one of the same document follows.

// fewPostings is below how many documents a bitmap is not worth looking at.
const fewPostings = 32

// postings are those of one term, for writing.
type postings struct {
	ids    []uint32
	places []byte
}

// reset empties p, and keeps what is allocated.
func (p *postings) reset() { p.ids, p.places = p.ids[:0], p.places[:0] }

// appendPostings writes p, which has at least one document.
func appendPostings(b []byte, p *postings) []byte {
	if len(p.ids) == 1 && len(p.places) == 0 {
		return binary.AppendUvarint(append(b, 0), uint64(p.ids[0]))
	}
	start := len(b)
	b = appendIDs(b, p.ids)
	b = append(b, p.places...)
	var head [binary.MaxVarintLen64]byte
	size := binary.PutUvarint(head[:], uint64(len(b)-start))
	b = append(b, head[:size]...) // room, for what is moved
	copy(b[start+size:], b[start:])
	copy(b[start:], head[:size])
	return b
}

func appendIDs(b []byte, ids []uint32) []byte {
	first, last := ids[0], ids[len(ids)-1]
	count := uint64(len(ids)) << 1
	if words := int(last>>6-first>>6) + 1; len(ids) >= fewPostings && words*8 < len(ids) {
		return appendBits(binary.AppendUvarint(b, count|1), ids, words)
	}
	b = binary.AppendUvarint(binary.AppendUvarint(b, count), uint64(first))
	for i, id := range ids[1:] {
		b = binary.AppendUvarint(b, uint64(id-ids[i]-1))
	}
	return b
}

func appendBits(b []byte, ids []uint32, words int) []byte {
	first := ids[0] >> 6
	b = binary.AppendUvarint(b, uint64(first))
	start := len(b)
	b = append(b, make([]byte, 8*words)...)
	for _, id := range ids {
		b[start+int(id>>3-first<<3)] |= 1 << (id & 7)
	}
	return b
}

// cutPostings gives the postings that b begins with.
func cutPostings(b []byte) (list, rest []byte, err error) {
	length, size := binary.Uvarint(b)
	if size <= 0 || length > uint64(len(b)-size) {
		return nil, nil, errDamaged
	}
	if length > 0 {
		return b[:size+int(length)], b[size+int(length):], nil
	}
	_, more := binary.Uvarint(b[size:])
	if more <= 0 {
		return nil, nil, errDamaged
	}
	return b[:size+more], b[size+more:], nil
}

// varints reads uvarints; err remembers that it could not.
type varints struct {
	b   []byte
	err error
}

func (v *varints) next() uint64 {
	if len(v.b) > 0 && v.b[0] < 0x80 {
		n := v.b[0]
		v.b = v.b[1:]
		return uint64(n)
	}
	n, size := binary.Uvarint(v.b)
	if size <= 0 {
		v.b, v.err = nil, errDamaged
		return 0
	}
	v.b = v.b[size:]
	return n
}

// eachID calls f with the ids of a list, and gives what stands behind them, the
// places of words.
func eachID(list []byte, f func(id uint32)) (places []byte, err error) {
	v := varints{b: list}
	if v.next() == 0 {
		id := v.next()
		if v.err == nil {
			f(uint32(id))
		}
		return nil, v.err
	}
	count := v.next()
	if count&1 == 1 {
		return eachBit(&v, count>>1, f)
	}
	id := uint32(v.next())
	for n := count >> 1; n > 0 && v.err == nil; n-- {
		f(id)
		if n > 1 {
			id += uint32(v.next()) + 1
		}
	}
	return v.b, v.err
}

func eachBit(v *varints, count uint64, f func(id uint32)) (places []byte, err error) {
	at := uint32(v.next()) << 6
	for ; count > 0 && v.err == nil; at += 64 {
		if len(v.b) < 8 {
			return nil, errDamaged
		}
		word := binary.LittleEndian.Uint64(v.b)
		v.b = v.b[8:]
		for ; word != 0 && count > 0; word &= word - 1 {
			f(at + uint32(bits.TrailingZeros64(word)))
			count--
		}
	}
	return v.b, v.err
}

// appendPlace writes the last place of a word, distance words behind the one before.
func appendPlace(b []byte, distance uint32) []byte {
	return binary.AppendUvarint(b, uint64(distance)<<1)
}

// nextPlaces reads the places of one document behind the others.
func (v *varints) nextPlaces(places []int) []int {
	at := 0
	for v.err == nil {
		n := v.next()
		at += int(n >> 1)
		places = append(places, at)
		if n&1 == 0 {
			break
		}
	}
	return places
}

// join adds the postings of a list to p. Those of documents in stale, which may be
// nil, are left out. Each document is in one list only.
func (p *postings) join(list []byte, stale *idSet) error {
	known := len(p.ids)
	places, err := eachID(list, func(id uint32) { p.ids = append(p.ids, id) })
	if err != nil {
		return err
	}
	if stale == nil && (known == 0 || p.ids[known] > p.ids[known-1]) {
		p.places = append(p.places, places...)
		return nil
	}
	return p.sort(known, places, stale)
}

// posting is a document with its places as they are written.
type posting struct {
	id     uint32
	places []byte
}

// sort puts the ids behind the first known ones, which have other places, where they
// belong.
func (p *postings) sort(known int, places []byte, stale *idSet) error {
	old, err := splitPlaces(nil, p.ids[:known], p.places)
	if err != nil {
		return err
	}
	all, err := splitPlaces(old, p.ids[known:], places)
	if err != nil {
		return err
	}
	fresh := slices.DeleteFunc(all[known:], func(one posting) bool { return stale.has(int64(one.id)) })
	all = all[:known+len(fresh)]
	slices.SortFunc(all, func(a, b posting) int { return cmp.Compare(a.id, b.id) })
	p.ids, p.places = p.ids[:0], nil
	for _, one := range all {
		p.ids = append(p.ids, one.id)
		p.places = append(p.places, one.places...)
	}
	return nil
}

func splitPlaces(all []posting, ids []uint32, places []byte) ([]posting, error) {
	v := varints{b: places}
	var scratch []int
	for _, id := range ids {
		start := v.b
		if len(places) > 0 {
			scratch = v.nextPlaces(scratch[:0])
		}
		all = append(all, posting{id, start[:len(start)-len(v.b)]})
	}
	return all, v.err
}

// eachPlaces calls f with the ids of a list of a word, and with its places in each,
// which are valid until f is done.
func eachPlaces(list []byte, f func(id uint32, places []int)) error {
	var ids []uint32
	places, err := eachID(list, func(id uint32) { ids = append(ids, id) })
	if err != nil {
		return err
	}
	v := varints{b: places}
	var scratch []int
	for _, id := range ids {
		scratch = v.nextPlaces(scratch[:0])
		f(id, scratch)
	}
	return v.err
}
