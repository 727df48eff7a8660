// Package snmp asks agents of the Simple Network Management Protocol what they are: with
// the community "public" in versions 1 and 2c (RFC 1157, RFC 3416), and by engine
// discovery in version 3 (RFC 3414 section 4). Begin with [Probe].
//
// It tries no other community and no user, and sets nothing.
package snmp

import (
	"context"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// othersWait is how long an agent that has answered in one version may take to answer in
// the others: the questions are all sent at once, and once more after 0.6 s.
const othersWait = time.Second

// Block is the member "snmp" of a response.
type Block struct {
	Banner           string   `json:"banner"`            // the system's description
	Versions         []string `json:"versions"`          // that are answered: "v1", "v2c", "v3"
	DefaultCommunity bool     `json:"default_community"` // "public" reads
	Community        string   `json:"community,omitempty"`
	ObjectID         string   `json:"sys_object_id,omitempty"` // the maker's name for the model
	Name             string   `json:"sys_name,omitempty"`
	Uptime           int      `json:"sys_uptime,omitempty"` // hundredths of a second
	Engine           *Engine  `json:"engine,omitempty"`
}

// Engine is what version 3 tells before anybody has said who he is.
type Engine struct {
	ID         string `json:"id"`         // hexadecimal
	Enterprise int    `json:"enterprise"` // IANA's number of the maker: 8072 is Net-SNMP, 9 Cisco
	Boots      int    `json:"boots"`
	Time       int    `json:"time"` // seconds since the last boot
}

// Probe speaks to agents.
type Probe struct{}

var _ probe.Datagram = Probe{}

// Name is "snmp".
func (Probe) Name() string { return "snmp" }

// Ports are none: agents listen on UDP.
func (Probe) Ports() []uint16 { return nil }

// UDPPorts are the agent's; traps go to 162.
func (Probe) UDPPorts() []uint16 { return []uint16{161, 1161, 10161} }

// Payload is a discovery in version 3, which needs no community.
func (Probe) Payload() []byte { return discovery(1) }

// Run asks in all versions at once, because an agent is silent to what it does not
// accept.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	answers, err := askAll(ctx, d, to)
	block := newBlock(answers)
	if block == nil {
		return probe.Failed(err)
	}
	r := probe.NewResponse(nil, to, "snmp")
	r.Blocks["snmp"] = block
	r.Tags = tags(block)
	return probe.Found(r)
}

// askAll gives the answers in versions 1, 2c and 3. Once there is one, the others are not
// waited for much longer.
func askAll(ctx context.Context, d probe.Dialer, to engine.Endpoint) (answers [3]*Answer, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	id := 1 + rand.Int32N(1<<30)
	errs := [3]error{}
	var all sync.WaitGroup
	for i, question := range [][]byte{get(version1, id), get(version2c, id+1), discovery(id + 2)} {
		all.Go(func() {
			answers[i], errs[i] = ask(ctx, d, to, question, id+int32(i))
			if errs[i] == nil {
				time.AfterFunc(othersWait, cancel)
			}
		})
	}
	all.Wait()
	return answers, errs[2]
}

func ask(ctx context.Context, d probe.Dialer, to engine.Endpoint, question []byte, id int32) (answer *Answer, err error) {
	err = probe.ConverseUDP(ctx, d, to, func(conn net.Conn) error {
		_, err := probe.Ask(conn, question, func(data []byte) bool {
			parsed, err := ParseAnswer(data)
			if err != nil || parsed.ID != id {
				return false
			}
			answer = parsed
			return true
		})
		return err
	})
	return answer, err
}

// newBlock joins the answers in versions 1, 2c and 3; nil if there are none.
func newBlock(answers [3]*Answer) *Block {
	block := &Block{Versions: []string{}}
	for i, name := range []string{"v1", "v2c", "v3"} {
		a := answers[i]
		if a == nil || a.Version != []int{version1, version2c, version3}[i] {
			continue
		}
		block.Versions = append(block.Versions, name)
		if i == 2 {
			block.Engine = a.Engine
			continue
		}
		block.Banner, block.ObjectID, block.Name, block.Uptime = a.Description, a.ObjectID, a.Name, a.Uptime
		block.Community, block.DefaultCommunity = community, true
	}
	if len(block.Versions) == 0 {
		return nil
	}
	return block
}
