package query

// withinEdits says whether b is at most limit edits from a: insert, delete,
// replace, or swap of two neighbours (optimal string alignment, as Lucene's
// automata count). Only a band of 2*limit+1 cells of each row can stay within
// the limit, so the time is linear in the length.
func withinEdits(a, b []rune, limit int) bool {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return false
	}
	before, last, row := newRow(len(b)), newRow(len(b)), newRow(len(b))
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		if fillRow(a, b, i, limit, before, last, row) > limit {
			return false
		}
		before, last, row = last, row, before
	}
	return last[len(b)] <= limit
}

func newRow(length int) []int {
	row := make([]int, length+1)
	for j := range row {
		row[j] = far
	}
	return row
}

// far is more edits than any limit.
const far = 1 << 20

// fillRow fills the band of row i and gives its smallest value.
func fillRow(a, b []rune, i, limit int, before, last, row []int) int {
	from, to := max(0, i-limit), min(len(b), i+limit)
	smallest := far
	if from > 0 {
		row[from-1] = far
	}
	for j := from; j <= to; j++ {
		row[j] = cell(a, b, i, j, before, last, row)
		smallest = min(smallest, row[j])
	}
	if to < len(b) {
		row[to+1] = far
	}
	return smallest
}

func cell(a, b []rune, i, j int, before, last, row []int) int {
	if j == 0 {
		return i
	}
	replace := last[j-1]
	if a[i-1] != b[j-1] {
		replace++
	}
	best := min(replace, last[j]+1, row[j-1]+1)
	if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
		best = min(best, before[j-2]+1)
	}
	return best
}
