package server

// What the tests of this package see of its inside.
var (
	ReadPlans  = readPlans
	ParsePlans = parsePlans
)
