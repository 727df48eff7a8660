package check

// Score is score, for tests.
func Score(vector string) (float64, error) { return score(vector) }

// ReleaseTable is releaseTable for tests.
var ReleaseTable = releaseTable

// CompareVersions is compareVersions for tests.
var CompareVersions = compareVersions

// ReadReleases is readReleases for tests: the branches of each product.
func ReadReleases(table string) (map[string][]string, error) {
	all, err := readReleases(table)
	branches := map[string][]string{}
	for name, l := range all {
		branches[name] = []string{}
		for _, b := range l.branches {
			branches[name] = append(branches[name], b.version)
		}
	}
	return branches, err
}
