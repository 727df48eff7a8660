// Package ntp asks a time server for the time (RFC 5905), for what it runs (mode 6,
// RFC 9327), and whether it lists its clients to anybody (mode 7, monlist), which
// makes it an amplifier of attacks (CVE-2013-5211). Begin with [Probe].
//
// It sends one datagram for each of these and sets no clock.
package ntp

import (
	"context"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// extraWait is how long the questions most servers do not answer may take: a round trip
// round the world (300 ms) and time to think.
const extraWait = 700 * time.Millisecond

// Block is the member "ntp" of a response.
type Block struct {
	Banner       string        `json:"banner"`  // what the server says it runs, or its reference
	Version      int           `json:"version"` // of the protocol
	Time         string        `json:"time"`    // RFC 3339, the server's
	TimeResponse *TimeResponse `json:"time_response"`
	Readvar      string        `json:"readvar,omitempty"` // system variables, as they came
	Monlist      bool          `json:"monlist"`           // it lists its clients
	Amplifies    float64       `json:"monlist_amplification,omitempty"`
}

// TimeResponse is the answer to a client (RFC 5905 section 7.3).
type TimeResponse struct {
	LeapIndicator  int     `json:"leap_indicator"`
	Version        int     `json:"version"`
	Mode           int     `json:"mode"`
	Stratum        int     `json:"stratum"`
	Poll           int     `json:"poll"`
	Precision      int     `json:"precision"`
	RootDelay      float64 `json:"root_delay"`      // seconds
	RootDispersion float64 `json:"root_dispersion"` // seconds
	ReferenceID    string  `json:"reference_id"`    // "GPS", an address, or hexadecimal
	ReferenceTime  string  `json:"reference_time,omitempty"`
	ReceiveTime    string  `json:"receive_time"`
	TransmitTime   string  `json:"transmit_time"`
}

// Probe speaks to time servers.
type Probe struct{}

var _ probe.Datagram = Probe{}

// Name is "ntp".
func (Probe) Name() string { return "ntp" }

// Ports are none: the protocol lives on UDP.
func (Probe) Ports() []uint16 { return nil }

// UDPPorts is IANA's.
func (Probe) UDPPorts() []uint16 { return []uint16{123} }

// Payload asks for the time.
func (Probe) Payload() []byte { return timeRequest(1) }

// Run asks for the time, and at the same time for the rest, each on a socket of its own.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	var all sync.WaitGroup
	var variables string
	var list []byte
	all.Go(func() { variables = askVariables(ctx, d, to) })
	all.Go(func() { list = askMonlist(ctx, d, to) })
	answer, err := askTime(ctx, d, to)
	all.Wait()
	if err != nil {
		return probe.Failed(err)
	}
	block := newBlock(answer, variables)
	block.Monlist = len(list) > 0
	block.Amplifies = float64(len(list)) / monlistSize
	r := probe.NewResponse(nil, to, "ntp")
	r.Blocks["ntp"] = block
	r.Tags = probe.Find(products(), block.Banner)
	return probe.Found(r)
}

// askTime sends a random time of ours, which the server has to repeat.
func askTime(ctx context.Context, d probe.Dialer, to engine.Endpoint) (answer *TimeResponse, err error) {
	token := rand.Uint64()
	err = probe.ConverseUDP(ctx, d, to, func(conn net.Conn) error {
		_, err := probe.Ask(conn, timeRequest(token), func(data []byte) bool {
			answer = ParseTime(data, token)
			return answer != nil
		})
		return err
	})
	return answer, err
}

func askVariables(ctx context.Context, d probe.Dialer, to engine.Endpoint) (variables string) {
	sequence := uint16(rand.Uint32())
	_ = probe.ConverseUDP(ctx, d, to, func(conn net.Conn) error { // most servers do not answer
		data, err := probe.AskOnce(conn, variablesRequest(sequence), extraWait, func(data []byte) bool { return fitsVariables(data, sequence) })
		variables = ParseVariables(data)
		return err
	})
	return variables
}

func askMonlist(ctx context.Context, d probe.Dialer, to engine.Endpoint) (list []byte) {
	_ = probe.ConverseUDP(ctx, d, to, func(conn net.Conn) (err error) { // few servers answer
		list, err = probe.AskOnce(conn, monlistRequest(), extraWait, IsMonlist)
		return err
	})
	return list
}

func newBlock(answer *TimeResponse, variables string) *Block {
	return &Block{Banner: bannerOf(variables), Version: answer.Version, Time: answer.TransmitTime, TimeResponse: answer, Readvar: variables}
}
