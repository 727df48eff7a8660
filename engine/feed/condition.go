package feed

// Condition is a tree of criteria, as NVD's configurations and nodes are: one of
// Criteria and Parts must hold, or all of them.
type Condition struct {
	All      bool        `json:"all,omitempty"`
	Not      bool        `json:"not,omitempty"` // turned around
	Criteria []Criterion `json:"criteria,omitempty"`
	Parts    []Condition `json:"parts,omitempty"`
}

// IsList tells whether the condition is no more than a list of products, any of which
// is affected. Each criterion can then be asked by itself.
func (c Condition) IsList() bool { return !c.All && !c.Not && len(c.Parts) == 0 }

// isAny tells whether the condition is no more than its parts, any of which must hold.
func (c Condition) isAny() bool { return !c.All && !c.Not && len(c.Criteria) == 0 }

// size counts the criteria of the tree.
func (c Condition) size() int {
	n := len(c.Criteria)
	for _, part := range c.Parts {
		n += part.size()
	}
	return n
}

// Affects says how far a condition makes a subject vulnerable. One that only names the
// product as what another one runs on does not.
func (c Condition) Affects(s Subject) Outcome {
	if !c.accuses(s) {
		return No
	}
	return c.match(s)
}

// accuses tells whether a criterion that may match says that the subject is vulnerable.
func (c Condition) accuses(s Subject) bool {
	for _, criterion := range c.Criteria {
		if criterion.Vulnerable && criterion.of(s) && criterion.Match(s) != No {
			return true
		}
	}
	for _, part := range c.Parts {
		if part.accuses(s) {
			return true
		}
	}
	return false
}

func (c Condition) match(s Subject) Outcome {
	outcomes := c.outcomes(s)
	if len(outcomes) == 0 {
		return No
	}
	result := outcomes[0]
	for _, o := range outcomes[1:] {
		if c.All {
			result = min(result, o)
		} else {
			result = max(result, o)
		}
	}
	if c.Not {
		return result.not()
	}
	return result
}

// outcomes gives what holds of each part. Other products than the subject's are not
// seen: where they stand in place of it they do not matter, and where they are what it
// runs on, or with, they may be there.
func (c Condition) outcomes(s Subject) []Outcome {
	other := Maybe
	for _, criterion := range c.Criteria {
		if criterion.of(s) && !c.All {
			other = No
		}
	}
	var all []Outcome
	for _, criterion := range c.Criteria {
		outcome := other
		if criterion.of(s) {
			outcome = criterion.Match(s)
		}
		all = append(all, outcome)
	}
	for _, part := range c.Parts {
		all = append(all, part.match(s))
	}
	return all
}
