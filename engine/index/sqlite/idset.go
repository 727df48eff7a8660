package sqlite

import (
	"iter"
	"math/bits"
)

// idSet is a set of document ids as a bitmap: ids are given out from 1 without
// gaps, so a million documents take 125 KB whatever matched.
type idSet struct {
	words []uint64
}

// firstIDs gives the ids from 1 to last.
func firstIDs(last int64) *idSet {
	s := &idSet{words: make([]uint64, last>>6+1)}
	for i := range s.words {
		s.words[i] = ^uint64(0)
	}
	s.words[0] &^= 1
	s.words[last>>6] &= ^uint64(0) >> (63 - last&63)
	return s
}

func (s *idSet) add(id int64) {
	word := int(id >> 6)
	if word >= len(s.words) {
		s.words = append(s.words, make([]uint64, word+1-len(s.words))...)
	}
	s.words[word] |= 1 << (id & 63)
}

// has says whether the set holds an id; nil holds none.
func (s *idSet) has(id int64) bool {
	if s == nil {
		return false
	}
	word := int(id >> 6)
	return word < len(s.words) && s.words[word]&(1<<(id&63)) != 0
}

// size is how many ids the set holds.
func (s *idSet) size() int {
	n := 0
	for _, word := range s.words {
		n += bits.OnesCount64(word)
	}
	return n
}

// all yields the ids in rising order.
func (s *idSet) all() iter.Seq[int64] {
	return func(yield func(int64) bool) {
		for i, word := range s.words {
			for ; word != 0; word &= word - 1 {
				if !yield(int64(i)<<6 + int64(bits.TrailingZeros64(word))) {
					return
				}
			}
		}
	}
}

// keep removes what is not in other.
func (s *idSet) keep(other *idSet) {
	s.words = s.words[:min(len(s.words), len(other.words))]
	for i := range s.words {
		s.words[i] &= other.words[i]
	}
}

// join adds what is in other.
func (s *idSet) join(other *idSet) {
	if len(other.words) > len(s.words) {
		s.words = append(s.words, make([]uint64, len(other.words)-len(s.words))...)
	}
	for i, word := range other.words {
		s.words[i] |= word
	}
}

// remove removes what is in other.
func (s *idSet) remove(other *idSet) {
	for i := range min(len(s.words), len(other.words)) {
		s.words[i] &^= other.words[i]
	}
}
