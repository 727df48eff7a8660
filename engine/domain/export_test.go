package domain

import "github.com/miekg/dns"

// ReadSPF is readSPF for tests: how many terms a record has.
func ReadSPF(text string) (int, error) {
	terms, err := readSPF(text)
	return len(terms), err
}

// ReadDMARC is readDMARC for tests.
func ReadDMARC(records ...string) *DMARC { return readDMARC(records) }

// ReadDKIM is readDKIM for tests.
var ReadDKIM = readDKIM

// ReadMessage is read for tests: how many records, and how long a chain, a message has.
var ReadMessage = func(message *dns.Msg, name string, kind uint16) (int, int) {
	a := read(message, name, kind)
	return len(a.records), len(a.chain)
}

// Registrable is registrable for tests.
var Registrable = registrable
