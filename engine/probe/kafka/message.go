package kafka

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"

	"golang.org/x/crypto/cryptobyte"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Requests (Kafka protocol guide, "API Keys").
const (
	apiMetadata = 3
	apiVersions = 18
	correlation = 0x706f7274
	clientID    = "portolan"
	// maxAnswer is room for the brokers of a large cluster.
	maxAnswer = 64 << 10
	// maxRequests and maxBrokers are more than any release knows, or cluster has.
	maxRequests = 256
	maxBrokers  = 1024
)

var errNotKafka = errors.New("not an answer of Kafka")

// span is the versions of a request that a broker knows.
type span struct{ least, most int16 }

// Cluster is what Metadata tells.
type Cluster struct {
	ID         string
	Controller int
	Brokers    []Broker
}

// request has a header of version 1: kind, version, id, client.
func request(kind, version int16, body []byte) []byte {
	head := binary.BigEndian.AppendUint16(nil, uint16(kind))
	head = binary.BigEndian.AppendUint16(head, uint16(version))
	head = binary.BigEndian.AppendUint32(head, correlation+uint32(kind))
	head = append(binary.BigEndian.AppendUint16(head, uint16(len(clientID))), clientID...)
	packet := binary.BigEndian.AppendUint32(nil, uint32(len(head)+len(body)))
	return append(append(packet, head...), body...)
}

// readAnswer reads the answer to the request of a kind, without its id.
func readAnswer(r io.Reader, kind int16) (cryptobyte.String, error) {
	head := make([]byte, 8)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, err
	}
	size := binary.BigEndian.Uint32(head)
	if size < 4 || size > maxAnswer || binary.BigEndian.Uint32(head[4:]) != correlation+uint32(kind) {
		return nil, fmt.Errorf("%w: head % x", errNotKafka, head)
	}
	body := make([]byte, size-4)
	_, err := io.ReadFull(r, body)
	return body, err
}

func askVersions(conn net.Conn) (map[int16]span, error) {
	if _, err := conn.Write(request(apiVersions, 0, nil)); err != nil {
		return nil, err
	}
	return ReadVersions(conn)
}

// ReadVersions reads ApiVersionsResponse in version 0: an error code, and for each request
// that is known its kind and the first and last version. It names itself.
func ReadVersions(r io.Reader) (map[int16]span, error) {
	body, err := readAnswer(r, apiVersions)
	if err != nil {
		return nil, err
	}
	var fault uint16
	var count uint32
	if !body.ReadUint16(&fault) || fault != 0 || !body.ReadUint32(&count) || count > maxRequests || len(body) != int(count)*6 {
		return nil, fmt.Errorf("%w: versions %.40q", errNotKafka, []byte(body))
	}
	versions := map[int16]span{}
	for range count {
		var kind, least, most uint16
		if !body.ReadUint16(&kind) || !body.ReadUint16(&least) || !body.ReadUint16(&most) {
			return nil, errNotKafka
		}
		versions[int16(kind)] = span{int16(least), int16(most)}
	}
	if own, ok := versions[apiVersions]; !ok || own.least != 0 || own.most < 0 {
		return nil, fmt.Errorf("%w: %d versions, none of ApiVersions", errNotKafka, count)
	}
	return versions, nil
}

// askMetadata asks for brokers and no topics in the newest version we read. In the
// first, no topics means all of them, which the limit of an answer bounds.
func askMetadata(conn net.Conn, known span) (Cluster, error) {
	version, body := int16(0), []byte{0, 0, 0, 0}
	switch {
	case known.most >= 4 && known.least <= 4:
		version, body = 4, append(body, 0) // and no topic is to be made
	case known.most >= 1 && known.least <= 1:
		version = 1
	}
	if _, err := conn.Write(request(apiMetadata, version, body)); err != nil {
		return Cluster{}, err
	}
	return ReadMetadata(conn, version)
}

// ReadMetadata reads MetadataResponse in version 0, 1 or 4 up to the topics.
func ReadMetadata(r io.Reader, version int16) (Cluster, error) {
	body, err := readAnswer(r, apiMetadata)
	if err != nil {
		return Cluster{}, err
	}
	var cluster Cluster
	var throttle, count, controller uint32
	ok := (version < 3 || body.ReadUint32(&throttle)) && body.ReadUint32(&count) && count > 0 && count <= maxBrokers
	for i := 0; ok && i < int(count); i++ {
		var broker Broker
		broker, ok = readBroker(&body, version)
		cluster.Brokers = append(cluster.Brokers, broker)
	}
	if ok && version >= 2 {
		cluster.ID, ok = readText(&body)
	}
	if ok && version >= 1 {
		ok = body.ReadUint32(&controller)
		cluster.Controller = int(int32(controller))
	}
	if !ok {
		return Cluster{}, fmt.Errorf("%w: metadata %.40q", errNotKafka, []byte(body))
	}
	return cluster, nil
}

func readBroker(body *cryptobyte.String, version int16) (broker Broker, ok bool) {
	var id, port uint32
	if ok = body.ReadUint32(&id); !ok {
		return broker, false
	}
	if broker.Host, ok = readText(body); !ok || !body.ReadUint32(&port) {
		return broker, false
	}
	broker.ID, broker.Port = int(int32(id)), int(int32(port))
	if version >= 1 {
		broker.Rack, ok = readText(body)
	}
	return broker, ok
}

// readText reads a nullable string: its size in two bytes, -1 for none.
func readText(body *cryptobyte.String) (string, bool) {
	const null = 0xffff
	var size uint16
	var text []byte
	if !body.ReadUint16(&size) {
		return "", false
	}
	if size == null {
		return "", true
	}
	ok := body.ReadBytes(&text, int(size))
	return probe.Text(text), ok
}
