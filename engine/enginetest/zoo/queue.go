package zoo

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"slices"
)

func queueSpecies() []Species {
	return slices.Concat(mqttSpecies(), amqpSpecies(), natsSpecies(), kafkaSpecies(), beanstalkSpecies())
}

func mqttSpecies() []Species {
	mqtt := func(name, product, version string, serve func(net.Conn)) Species {
		return Species{Name: name, Base: "mqtt", Protocol: "mqtt", Product: product, Version: version, Port: 1883, Serve: serve}
	}
	mosquitto := serveMQTT("\x20\x02\x00\x00", "\x20\x2d\x00\x00\x2a\x12\x00\x27auto-962ADB41-2309-F401-CDAC-6CF94E309E", "mosquitto version 2.0.18")
	open := mqtt("mosquitto", "mosquitto", "2.0.18", mosquitto)
	return []Species{
		open, secured(open, 8883),
		mqtt("mqtt-password", "", "", serveMQTT("\x20\x02\x00\x05", "\x20\x03\x00\x87\x00", "")),
		mqtt("mqtt-3.1.1-only", "", "", serveMQTT("\x20\x02\x00\x00", "", "")),
	}
}

// serveMQTT answers CONNECT of version 3.1.1 and of version 5, and whoever is let in, a
// subscription and a ping. What does not begin with CONNECT hangs up (section 3.1).
func serveMQTT(connack, connack5, version string) func(net.Conn) {
	const topic = "$SYS/broker/version"
	isIn := func(answer string) bool { return len(answer) > 3 && answer[3] == 0 }
	return func(conn net.Conn) {
		request := make([]byte, 4096)
		n, err := conn.Read(request)
		if err != nil || n < 12 || request[0] != 0x10 || !bytes.HasPrefix(request[2:], []byte("\x00\x04MQTT")) {
			return
		}
		answer := map[byte]string{4: connack, 5: connack5}[request[8]]
		if _, err := io.WriteString(conn, answer); err != nil || !isIn(answer) {
			return
		}
		for {
			n, err := conn.Read(request)
			if err != nil || request[0] == 0xe0 {
				return
			}
			answer = ""
			if request[0] == 0x82 && n > 4 {
				answer = fmt.Sprintf("\x90\x03%s\x00", request[2:4])
				if version != "" && bytes.Contains(request[:n], []byte(topic)) {
					answer += fmt.Sprintf("\x31%c\x00%c%s%s", 2+len(topic)+len(version), len(topic), topic, version)
				}
			}
			if bytes.HasSuffix(request[:n], []byte{0xc0, 0}) {
				answer += "\xd0\x00"
			}
			if _, err := io.WriteString(conn, answer); err != nil {
				return
			}
		}
	}
}

func amqpSpecies() []Species {
	rabbit := Species{Name: "rabbitmq", Base: "amqp", Protocol: "amqp", Product: "rabbitmq", Version: "3.12.10", Port: 5672, Serve: serveAMQP([]byte("AMQP\x00\x00\x09\x01"), amqpStart("RabbitMQ", "3.12.10"))}
	lavin := rabbit
	lavin.Name, lavin.Product, lavin.Version = "lavinmq", "lavinmq", "1.2.8"
	lavin.Serve = serveAMQP([]byte("AMQP\x00\x00\x09\x01"), amqpStart("LavinMQ", "1.2.8"))
	modern := rabbit
	modern.Name, modern.Product, modern.Version = "amqp-1.0", "", ""
	modern.Serve = serveAMQP([]byte("AMQP\x03\x01\x00\x00"), []byte("AMQP\x03\x01\x00\x00\x00\x00\x00\x1b\x02\x01\x00\x00\x00\x53\x40\xc0\x0e\x01\xe0\x0b\x01\xb3\x00\x00\x00\x05PLAIN"))
	return []Species{rabbit, secured(rabbit, 5671), lavin, modern}
}

// serveAMQP answers the header it wants by start, and anything else of eight bytes by
// the header (0-9-1 section 4.2.2, 1.0 section 2.2).
func serveAMQP(header, start []byte) func(net.Conn) {
	return func(conn net.Conn) {
		request := make([]byte, 8)
		if _, err := io.ReadFull(conn, request); err != nil {
			return
		}
		if !bytes.Equal(request, header) {
			_, _ = conn.Write(header) // and hangs up
			return
		}
		if _, err := conn.Write(start); err == nil {
			listenOnly(conn)
		}
	}
}

// amqpStart is Connection.Start of AMQP 0-9-1.
func amqpStart(product, version string) []byte {
	long := func(text string) string {
		return string(binary.BigEndian.AppendUint32(nil, uint32(len(text)))) + text
	}
	properties := "\x0ccapabilitiesF" + long("\x0abasic.nackt\x01") + "\x07productS" + long(product) + "\x07versionS" + long(version)
	payload := "\x00\x0a\x00\x0a\x00\x09" + long(properties) + long("PLAIN AMQPLAIN") + long("en_US")
	return []byte("\x01\x00\x00" + long(payload) + "\xce")
}

func natsSpecies() []Species {
	nats := func(name, more string, hasTLS, isOpen bool) Species {
		info := fmt.Sprintf("INFO {\"server_id\":\"NDFPHLYDJL4AHI77NOTDGI3ZC3WJW73X3WARXH2SZNI3DSSIFB3DT3LS\",\"server_name\":\"n1\",\"version\":\"2.10.4\",\"proto\":1,\"go\":\"go1.21.3\",\"host\":\"0.0.0.0\",\"port\":4222,\"headers\":true,%s\"max_payload\":1048576,\"client_id\":5} \r\n", more)
		return Species{Name: name, Base: "nats", Protocol: "nats", Product: "nats", Version: "2.10.4", Port: 4222, Serve: serveNATS(info, hasTLS, isOpen)}
	}
	return []Species{nats("nats", "", false, true), nats("nats-password", "\"auth_required\":true,", false, false), nats("nats-tls", "\"tls_required\":true,", true, true)}
}

func serveNATS(info string, hasTLS, isOpen bool) func(net.Conn) {
	commands := converses(func(request []byte) []byte {
		switch {
		case !bytes.HasPrefix(request, []byte("CONNECT ")):
			return []byte("-ERR 'Unknown Protocol Operation'\r\n")
		case !isOpen:
			return []byte("-ERR 'Authorization Violation'\r\n")
		}
		return []byte("PONG\r\n")
	})
	return func(conn net.Conn) {
		if _, err := io.WriteString(conn, info); err != nil {
			return
		}
		if hasTLS {
			upgraded(conn, commands)
			return
		}
		commands(conn)
	}
}

func kafkaSpecies() []Species {
	kafka := func(name, product, cluster string, isOpen bool) Species {
		return Species{Name: name, Base: "kafka", Protocol: "kafka", Product: product, Port: 9092, Serve: serveKafka(cluster, isOpen)}
	}
	open := kafka("kafka", "kafka", "MkU3OEVBNTcwNTJENDM2Qg", true)
	return []Species{open, secured(open, 9093), kafka("kafka-sasl", "", "", false), kafka("redpanda", "redpanda", "redpanda.d5f4c1a8-1b0e-4f0a-9d47-0a4a2bb1a1f5", true)}
}

// serveKafka knows ApiVersions and, unless it wants a login, Metadata (protocol guide).
func serveKafka(cluster string, isOpen bool) func(net.Conn) {
	text := func(s string) string { return string([]byte{0, byte(len(s))}) + s }
	versions := "\x00\x00\x00\x00\x00\x03" + "\x00\x03\x00\x00\x00\x0c" + "\x00\x11\x00\x00\x00\x01" + "\x00\x12\x00\x00\x00\x03"
	metadata := "\x00\x00\x00\x00" + "\x00\x00\x00\x01" + "\x00\x00\x00\x01" + text("kafka1.example") + "\x00\x00\x23\x84" + "\xff\xff" + text(cluster) + "\x00\x00\x00\x01" + "\x00\x00\x00\x00"
	return func(conn net.Conn) {
		head := make([]byte, 12)
		for {
			if _, err := io.ReadFull(conn, head); err != nil {
				return
			}
			size := binary.BigEndian.Uint32(head)
			if size < 8 || size > 100<<20 {
				return
			}
			if _, err := io.CopyN(io.Discard, conn, int64(size-8)); err != nil {
				return
			}
			answer := map[uint16]string{3: metadata, 18: versions}[binary.BigEndian.Uint16(head[4:])]
			if answer == "" || !isOpen && answer == metadata {
				return
			}
			packet := append(binary.BigEndian.AppendUint32(nil, uint32(4+len(answer))), head[8:12]...)
			if _, err := conn.Write(append(packet, answer...)); err != nil {
				return
			}
		}
	}
}

func beanstalkSpecies() []Species {
	const stats = "---\ncurrent-jobs-urgent: 0\ncurrent-jobs-ready: 3\ncurrent-tubes: 1\ncurrent-connections: 1\nversion: \"1.12\"\nhostname: queue1\n\r\n"
	return []Species{{Name: "beanstalkd", Base: "beanstalkd", Protocol: "beanstalkd", Product: "beanstalkd", Version: "1.12", Port: 11300, Serve: replies(func(request string) string {
		if request != "stats\r\n" {
			return "UNKNOWN_COMMAND\r\n"
		}
		return fmt.Sprintf("OK %d\r\n%s", len(stats)-2, stats)
	})}}
}
