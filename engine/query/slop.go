package query

import (
	"container/heap"
	"slices"
)

// containsNear says whether words stand in text so that moving them by slop
// positions in all makes the phrase. Subtract from each word's position its
// place in the phrase: an exact phrase gives the same number for all words, and
// the spread of the numbers is the distance Lucene calls slop. The search keeps
// one occurrence of each word and always moves the leftmost on, so that it sees
// every beginning of a window with the nearest occurrences behind it. Equal words
// of the phrase need occurrences of their own.
func containsNear(text, words []string, slop int) bool {
	if slop == 0 || len(words) < 2 {
		return containsPhrase(text, words)
	}
	positions := make(map[string][]int, len(words))
	for _, word := range words {
		positions[word] = nil
	}
	for i, token := range text {
		if _, wanted := positions[token]; wanted {
			positions[token] = append(positions[token], i)
		}
	}
	return Near(words, positions, slop)
}

// Near says what a phrase with slop says of a text, by the positions of the words in
// it. There are at least two words.
func Near(words []string, positions map[string][]int, slop int) bool {
	w := newWindow(words, positions)
	if w == nil {
		return false
	}
	for {
		left := w.cursors[0]
		if w.highest-left.shifted() <= slop && w.distinct(slop) {
			return true
		}
		if !left.advance() {
			return false
		}
		w.highest = max(w.highest, left.shifted())
		heap.Fix(w, 0)
	}
}

// cursor stands at one occurrence of one word of the phrase.
type cursor struct {
	place     int   // in the phrase
	positions []int // the current one and those after it
}

func (c *cursor) shifted() int { return c.positions[0] - c.place }

func (c *cursor) advance() bool {
	c.positions = c.positions[1:]
	return len(c.positions) > 0
}

// window is a heap of cursors, leftmost first.
type window struct {
	cursors []*cursor
	highest int
	equal   [][]*cursor // those of a word that occurs several times in the phrase
	refused int         // the last beginning where equal words had too few occurrences
}

// newWindow gives nil when a word is missing.
func newWindow(words []string, positions map[string][]int) *window {
	w := &window{highest: -len(words), refused: -len(words) - 1}
	for place, word := range words {
		if len(positions[word]) == 0 {
			return nil
		}
		c := &cursor{place: place, positions: positions[word]}
		w.cursors = append(w.cursors, c)
		w.highest = max(w.highest, c.shifted())
	}
	w.equal = equalWords(words, w.cursors)
	heap.Init(w)
	return w
}

// equalWords gathers the cursors of each word that occurs several times.
func equalWords(words []string, cursors []*cursor) (equal [][]*cursor) {
	byWord := map[string][]*cursor{}
	for i, word := range words {
		byWord[word] = append(byWord[word], cursors[i])
	}
	for _, same := range byWord {
		if len(same) > 1 {
			equal = append(equal, same)
		}
	}
	return equal
}

// distinct says whether equal words have occurrences of their own in the window
// that begins at the leftmost cursor. Their ranges move on with their places, so
// taking the first free occurrence for each in turn never takes a wrong one.
func (w *window) distinct(slop int) bool {
	left := w.cursors[0].shifted()
	if left == w.refused {
		return false
	}
	for _, same := range w.equal {
		taken := -1
		for _, c := range same {
			free, _ := slices.BinarySearch(c.positions, taken+1)
			if free == len(c.positions) || c.positions[free]-c.place > left+slop {
				w.refused = left
				return false
			}
			taken = c.positions[free]
		}
	}
	return true
}

var _ heap.Interface = (*window)(nil)

// Len is part of heap.Interface.
func (w *window) Len() int { return len(w.cursors) }

// Less is part of heap.Interface.
func (w *window) Less(i, j int) bool { return w.cursors[i].shifted() < w.cursors[j].shifted() }

// Swap is part of heap.Interface.
func (w *window) Swap(i, j int) { w.cursors[i], w.cursors[j] = w.cursors[j], w.cursors[i] }

// Push is part of heap.Interface; the number of words never grows.
func (w *window) Push(x any) {
	if c, ok := x.(*cursor); ok {
		w.cursors = append(w.cursors, c)
	}
}

// Pop is part of heap.Interface.
func (w *window) Pop() any {
	last := w.cursors[len(w.cursors)-1]
	w.cursors = w.cursors[:len(w.cursors)-1]
	return last
}
