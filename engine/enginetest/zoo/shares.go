package zoo

import (
	"encoding/binary"
	"slices"
)

// shareSpecies are file servers: SMB in three generations, and NFS with its portmapper.
func shareSpecies() []Species {
	smb := func(name string, port uint16, s smbServer) Species {
		species := Species{Name: name, Base: "smb", Protocol: "smb", Port: port, Serve: messages(4, smbLength, s.answer)}
		switch {
		case s.dialect == 0:
		case s.build == 0:
			species.Product = "samba"
		default:
			species.Product, species.Version = "windows", "10.0.20348"
		}
		return species
	}
	rpc := func(name, base string, port uint16, answer func(call []byte) []byte) Species {
		return Species{Name: name, Base: base, Protocol: base, Port: port, Serve: messages(4, func(head []byte) int {
			return 4 + int(binary.BigEndian.Uint32(head)&0x7fffffff)
		}, func(record []byte) []byte {
			reply := answer(record[4:])
			if reply == nil {
				return nil
			}
			return append(be32(1<<31|uint32(len(reply))), reply...)
		})}
	}
	return []Species{
		smb("smb-samba", 445, smbServer{dialect: 0x0311, computer: "FILES"}),
		smb("smb-windows", 446, smbServer{dialect: 0x0311, mustSign: true, computer: "DC01", build: 20348}),
		smb("smb-v1-too", 447, smbServer{dialect: 0x0210, old: true, computer: "NAS"}),
		smb("smb-v1-only", 448, smbServer{old: true}),
		rpc("rpcbind", "rpcbind", 111, portmapper), rpc("nfs", "nfs", 2049, nfsServer),
	}
}

// smbServer says how a server of SMB is; dialect 0 speaks version 1 alone.
type smbServer struct {
	dialect  int
	mustSign bool
	old      bool
	computer string
	build    int // of Windows; 0 is Samba
}

func smbLength(head []byte) int {
	if head[0] != 0 {
		return -1
	}
	return 4 + int(binary.BigEndian.Uint32(head))
}

// answer plays negotiation and the first step of a session; nil hangs up, as servers do on
// what they do not speak.
func (s smbServer) answer(frame []byte) []byte {
	m := frame[4:]
	var reply []byte
	switch {
	case len(m) > 35 && string(m[:5]) == "\xffSMB\x72" && s.old:
		reply = s.answerOld()
	case len(m) < 64+8 || string(m[:4]) != "\xfeSMB" || s.dialect == 0:
		return nil
	case m[12] == 0:
		reply = s.negotiate(m)
	case m[12] == 1:
		reply = s.setup(m)
	default:
		return nil
	}
	return append(be32(uint32(len(reply))), reply...)
}

// answerOld chooses the first dialect ([MS-CIFS] section 2.2.4.52.2).
func (s smbServer) answerOld() []byte {
	head := slices.Concat([]byte("\xffSMB\x72"), le32(0), []byte{0x88, 0x01, 0x48}, make([]byte, 20))
	words := slices.Concat(le16(0), []byte{3}, le16(50), le16(1), le32(16644), le32(65536), le32(0), le32(0x8000f3fd), fileTime(), le16(0), []byte{0})
	return slices.Concat(head, []byte{17}, words, le16(16), []byte("zoo-server-guid!"))
}

// negotiate answers the best dialect ([MS-SMB2] section 2.2.4), if the client offers it.
func (s smbServer) negotiate(m []byte) []byte {
	const offered = 64 + 36
	count := int(binary.LittleEndian.Uint16(m[64+2:]))
	isOffered := false
	for i := range count {
		at := offered + 2*i
		isOffered = isOffered || at+2 <= len(m) && int(binary.LittleEndian.Uint16(m[at:])) == s.dialect
	}
	if !isOffered {
		return append(smbHead(m, 0xc00000bb), 9, 0, 0, 0, 0, 0, 0, 0, 0) // STATUS_NOT_SUPPORTED
	}
	mode := 1
	if s.mustSign {
		mode = 3
	}
	body := slices.Concat(le16(65), le16(mode), le16(s.dialect), le16(0), []byte("zoo-server-guid!"), le32(0x2f), le32(8<<20), le32(8<<20), le32(8<<20), fileTime(), make([]byte, 8), le16(128), le16(0), le32(0))
	return slices.Concat(smbHead(m, 0), body)
}

// setup answers with a challenge and STATUS_MORE_PROCESSING_REQUIRED (section 2.2.6).
func (s smbServer) setup(m []byte) []byte {
	challenge := ntlmChallenge(s.computer, "EXAMPLE", 6, 1, 0)
	if s.build != 0 {
		challenge = ntlmChallenge(s.computer, "EXAMPLE", 10, 0, s.build)
	}
	return slices.Concat(smbHead(m, 0xc0000016), le16(9), le16(0), le16(72), le16(len(challenge)), challenge)
}

// smbHead is the head of an answer to m.
func smbHead(m []byte, status uint32) []byte {
	head := slices.Clone(m[:64])
	copy(head[8:], le32(status))
	head[14], head[16] = 1, head[16]|1
	return head
}

// fileTime is a moment of 2025.
func fileTime() []byte { return binary.LittleEndian.AppendUint64(nil, 133_800_000_000_000_000) }

// rpcReply answers a call with an accepted status and what follows it (RFC 5531 section 9).
func rpcReply(call []byte, status uint32, results ...[]byte) []byte {
	return slices.Concat(call[:4], be32(1), be32(0), be32(0), be32(0), be32(status), slices.Concat(results...))
}

// portmapper registers itself and NFS (RFC 1833 section 3).
func portmapper(call []byte) []byte {
	if len(call) < 40 || binary.BigEndian.Uint32(call[4:]) != 0 {
		return nil
	}
	word := func(i int) uint32 { return binary.BigEndian.Uint32(call[4*i:]) }
	entry := func(program, version, protocol, port uint32) []byte {
		return slices.Concat(be32(1), be32(program), be32(version), be32(protocol), be32(port))
	}
	switch {
	case word(3) != 100000:
		return rpcReply(call, 1)
	case word(4) < 2 || word(4) > 4:
		return rpcReply(call, 2, be32(2), be32(4))
	case word(5) == 0:
		return rpcReply(call, 0)
	case word(5) != 4:
		return rpcReply(call, 3)
	}
	return rpcReply(call, 0, entry(100000, 2, 6, 111), entry(100000, 2, 17, 111), entry(100003, 3, 6, 2049), entry(100003, 4, 6, 2049), be32(0))
}

// nfsServer speaks versions 3 and 4, and of them the procedure that does nothing.
func nfsServer(call []byte) []byte {
	if len(call) < 40 || binary.BigEndian.Uint32(call[4:]) != 0 {
		return nil
	}
	word := func(i int) uint32 { return binary.BigEndian.Uint32(call[4*i:]) }
	switch {
	case word(3) != 100003:
		return rpcReply(call, 1)
	case word(4) < 3 || word(4) > 4:
		return rpcReply(call, 2, be32(3), be32(4))
	case word(5) != 0:
		return rpcReply(call, 4)
	}
	return rpcReply(call, 0)
}
