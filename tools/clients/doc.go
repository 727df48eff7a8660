// Package clients holds nothing but tests: clients of the public service, unmodified,
// against an engine that has scanned services on this machine. Begin with open in
// engine_test.go.
package clients
