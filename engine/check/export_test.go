package check

// Score is score, for tests.
func Score(vector string) (float64, error) { return score(vector) }
