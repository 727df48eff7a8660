package ipmi

const (
	controller  = 0x20 // address of the controller (section 5.5)
	console     = 0x81 // of a remote console
	application = 6    // network function; the answer's is one more
	getChannel  = 0x38
	sessionHead = 4 + 10 // RMCP; authentication type, sequence 4, session 4, length
	dataSize    = 8      // of the answer, after its completion code
)

// request asks what the channel the question comes over can, with the extensions of version
// 2.0, for an administrator (section 22.13), outside any session (section 13.6).
func request(sequence byte) []byte {
	const thisChannel, extended, administrator = 0x0e, 0x80, 4
	message := []byte{controller, application << 2, 0}
	message[2] = checksum(message[:2])
	body := []byte{console, sequence << 2, getChannel, thisChannel | extended, administrator}
	message = append(append(message, body...), checksum(body))
	head := []byte{6, 0, 0xff, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, byte(len(message))}
	return append(head, message...)
}

// checksum makes the sum of all bytes, its own included, zero.
func checksum(data []byte) (sum byte) {
	for _, b := range data {
		sum -= b
	}
	return sum
}

// ParseAnswer reads an answer; nil if it is none to our question.
func ParseAnswer(data []byte, sequence byte) *Block {
	const size = 8 + dataSize // address, function, checksum, address, sequence, command, completion … checksum
	if len(data) < sessionHead+size || [4]byte(data) != [4]byte{6, 0, 0xff, 7} || data[4] != 0 || int(data[13]) != len(data)-sessionHead {
		return nil
	}
	m := data[sessionHead:]
	last := len(m) - 1
	if m[0] != console || m[1]>>2 != application+1 || m[2] != checksum(m[:2]) || m[3] != controller || m[4]>>2 != sequence || m[5] != getChannel {
		return nil
	}
	if m[6] != 0 || m[last] != checksum(m[3:last]) {
		return nil
	}
	return newBlock(m[7:])
}

// newBlock reads channel, types, status, extensions and the maker (section 22.13, table 22-15).
func newBlock(d []byte) *Block {
	b := &Block{
		Authentication: types(d[1]), NoAuth: d[1]&1 != 0,
		DefaultKey: d[2]&0x20 == 0, PerMessage: d[2]&0x10 == 0, UserLevelAuth: d[2]&0x08 == 0,
		NamedUser: d[2]&0x04 != 0, NullUser: d[2]&0x02 != 0, Anonymous: d[2]&0x01 != 0,
		OEM: int(d[4]) | int(d[5])<<8 | int(d[6])<<16,
	}
	b.Version15, b.Version20 = true, false
	if d[1]&0x80 != 0 { // the fourth byte counts
		b.Version15, b.Version20 = d[3]&1 != 0, d[3]&2 != 0
	}
	b.Version = "1.5"
	if b.Version20 {
		b.Version = "2.0"
	}
	b.Banner = "IPMI " + b.Version
	return b
}

func types(bits byte) []string {
	list := []string{}
	for bit, name := range []string{"none", "md2", "md5", "", "password", "oem"} {
		if bits&(1<<bit) != 0 && name != "" {
			list = append(list, name)
		}
	}
	return list
}
