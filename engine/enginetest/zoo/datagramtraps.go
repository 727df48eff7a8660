package zoo

import "bytes"

// datagramTraps answer datagrams as nobody should.
func datagramTraps() []Species {
	return []Species{
		{Name: "udp-echo", Port: 7, Answer: func(request []byte) [][]byte { return [][]byte{request} }},
		{Name: "udp-noise", Port: 2040, Answer: func(request []byte) [][]byte { return [][]byte{noise(uint64(len(request)), 64)} }},
		{Name: "udp-amplifier", Port: 2041, Answer: func([]byte) [][]byte {
			return bytes.SplitN(bytes.Repeat([]byte("amplified "), 10_000), []byte("d a"), 100)
		}},
		// A server of any protocol with an id, except that the id is another's.
		{Name: "udp-wrong-id", Port: 2042, Answer: func(request []byte) [][]byte {
			answer := bytes.Clone(request)
			for i := range min(4, len(answer)) {
				answer[i]++
			}
			if len(answer) > 2 {
				answer[2] |= 0x80 // an answer, if this is DNS
			}
			return [][]byte{answer}
		}},
		{Name: "udp-empty", Port: 2043, Answer: func([]byte) [][]byte { return [][]byte{{}} }},
	}
}
