package check

import (
	"errors"
	"fmt"
	"math"
	"strings"
)

// metrics are those of a base vector in their order, each with its weights by value
// (CVSS 3.1 specification, section 7.4). The weight of PR is that of an unchanged scope.
var metrics = []struct {
	name    string
	weights map[string]float64
}{
	{"AV", map[string]float64{"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2}},
	{"AC", map[string]float64{"L": 0.77, "H": 0.44}},
	{"PR", map[string]float64{"N": 0.85, "L": 0.62, "H": 0.27}},
	{"UI", map[string]float64{"N": 0.85, "R": 0.62}},
	{"S", map[string]float64{"U": 0, "C": 1}},
	{"C", impact}, {"I", impact}, {"A", impact},
}

var impact = map[string]float64{"H": 0.56, "L": 0.22, "N": 0}

// score gives the base score of a vector such as "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
// (section 7.1); the error says what the vector lacks.
func score(vector string) (float64, error) {
	rest, ok := strings.CutPrefix(vector, "CVSS:3.1/")
	if !ok {
		return 0, errors.New("it does not begin with CVSS:3.1/")
	}
	parts := strings.Split(rest, "/")
	if len(parts) != len(metrics) {
		return 0, fmt.Errorf("it has %d metrics, a base vector has %d", len(parts), len(metrics))
	}
	weight := make(map[string]float64, len(metrics))
	for i, m := range metrics {
		name, value, _ := strings.Cut(parts[i], ":")
		w, ok := m.weights[value]
		if name != m.name || !ok {
			return 0, fmt.Errorf("%q is not a value of %s", parts[i], m.name)
		}
		weight[m.name] = w
	}
	if isChanged := weight["S"] == 1; isChanged { // PR weighs more: 0.62 becomes 0.68, 0.27 becomes 0.5
		weight["PR"] = map[float64]float64{0.85: 0.85, 0.62: 0.68, 0.27: 0.5}[weight["PR"]]
		return baseScore(weight, 1.08, func(loss float64) float64 { return 7.52*(loss-0.029) - 3.25*math.Pow(loss-0.02, 15) }), nil
	}
	return baseScore(weight, 1, func(loss float64) float64 { return 6.42 * loss }), nil
}

func baseScore(weight map[string]float64, factor float64, impactOf func(loss float64) float64) float64 {
	effect := impactOf(1 - (1-weight["C"])*(1-weight["I"])*(1-weight["A"]))
	if effect <= 0 {
		return 0
	}
	ease := 8.22 * weight["AV"] * weight["AC"] * weight["PR"] * weight["UI"]
	return roundUp(min(factor*(effect+ease), 10))
}

// roundUp gives the next tenth (appendix A, where floating point must not add one).
func roundUp(score float64) float64 {
	hundredThousandths := int(math.Round(score * 100_000))
	if hundredThousandths%10_000 == 0 {
		return float64(hundredThousandths) / 100_000
	}
	return float64(hundredThousandths/10_000+1) / 10
}
