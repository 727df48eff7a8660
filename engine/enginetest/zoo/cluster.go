package zoo

import (
	"encoding/binary"
	"io"
	"net"
	"slices"
)

// clusterSpecies are databases that come in numbers.
func clusterSpecies() []Species {
	return slices.Concat(cassandraSpecies(), zookeeperSpecies(), neo4jSpecies())
}

func cassandraSpecies() []Species {
	cassandra := func(name, product, version string, supported, startup []byte) Species {
		return Species{Name: name, Base: "cassandra", Protocol: "cassandra", Product: product, Version: version, Port: 9042, Serve: serveCassandra(version, supported, startup)}
	}
	options := cassandraOptions("PROTOCOL_VERSIONS", "4/v4", "COMPRESSION", "lz4", "CQL_VERSION", "3.4.6")
	authenticate := append([]byte{3}, cassandraText("org.apache.cassandra.auth.PasswordAuthenticator")...)
	open := cassandra("cassandra", "cassandra", "4.1.3", options, []byte{2})
	scylla := cassandra("scylladb", "scylladb", "", cassandraOptions("SCYLLA_SHARD", "0", "SCYLLA_NR_SHARDS", "2", "COMPRESSION", "lz4", "CQL_VERSION", "3.3.1"), authenticate)
	return []Species{open, secured(open, 9142), cassandra("cassandra-password", "cassandra", "", options, authenticate), scylla}
}

func cassandraText(text string) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(text))), text...)
}

// cassandraOptions are names and their one value each.
func cassandraOptions(pairs ...string) []byte {
	body := binary.BigEndian.AppendUint16(nil, uint16(len(pairs)/2))
	for i := 0; i < len(pairs); i += 2 {
		body = slices.Concat(body, cassandraText(pairs[i]), []byte{0, 1}, cassandraText(pairs[i+1]))
	}
	return body
}

// serveCassandra answers OPTIONS, STARTUP (by an operation and its body) and a query
// (native protocol v4, section 4). What has a version it does not know gets an error.
func serveCassandra(version string, supported, startup []byte) func(net.Conn) {
	row := slices.Concat([]byte{0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3}, cassandraText("system"), cassandraText("local"))
	for _, column := range []string{"release_version", "cluster_name", "data_center"} {
		row = append(append(row, cassandraText(column)...), 0, 0x0d)
	}
	row = append(row, 0, 0, 0, 1)
	for _, value := range []string{version, "Test Cluster", "datacenter1"} {
		row = append(append(row, 0, 0), cassandraText(value)...)
	}
	answers := map[byte][]byte{5: append([]byte{6}, supported...), 1: startup, 7: append([]byte{8}, row...)}
	return func(conn net.Conn) {
		head := make([]byte, 9)
		for {
			if _, err := io.ReadFull(conn, head); err != nil {
				return
			}
			answer, ok := answers[head[4]]
			if head[0] < 3 || head[0] > 5 || !ok {
				answer = append([]byte{0, 0, 0, 0, 10}, cassandraText("Invalid or unsupported protocol version")...)
				_, _ = conn.Write(cassandraFrame([]byte{5, 0, 0, 0}, answer)) // and hangs up
				return
			}
			if _, err := io.CopyN(io.Discard, conn, int64(binary.BigEndian.Uint32(head[5:]))); err != nil {
				return
			}
			if _, err := conn.Write(cassandraFrame(head, answer)); err != nil {
				return
			}
		}
	}
}

func cassandraFrame(request, answer []byte) []byte {
	frame := []byte{request[0] | 0x80, 0, request[2], request[3], answer[0]}
	return append(binary.BigEndian.AppendUint32(frame, uint32(len(answer)-1)), answer[1:]...)
}

func zookeeperSpecies() []Species {
	const state = "Zookeeper version: 3.8.0-5a02a05eddb59aee6ac762f7ea82e92a68eb9c0f, built on 2022-02-25 08:49 UTC\nLatency min/avg/max: 0/0.0/0\nReceived: 4\nSent: 3\nConnections: 1\nOutstanding: 0\nZxid: 0x0\nMode: standalone\nNode count: 5\n"
	zookeeper := func(name, version, answer string) Species {
		return Species{Name: name, Base: "zookeeper", Protocol: "zookeeper", Product: "zookeeper", Version: version, Port: 2181, Serve: func(conn net.Conn) {
			word := make([]byte, 4) // what is no word, is a length that can be none
			if _, err := io.ReadFull(conn, word); err == nil && string(word) == "srvr" {
				_, _ = io.WriteString(conn, answer) // and hangs up
			}
		}}
	}
	return []Species{
		zookeeper("zookeeper", "3.8.0", state),
		zookeeper("zookeeper-whitelist", "", "srvr is not executed because it is not in the whitelist.\n"),
		zookeeper("zookeeper-no-quorum", "", "This ZooKeeper instance is not currently serving requests\n"),
	}
}
