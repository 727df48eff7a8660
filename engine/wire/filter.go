package wire

import "golang.org/x/net/bpf"

// captured is how much of a packet is looked at: the longest IPv4 header or some
// extension headers, the ICMP header, and the same again for the packet quoted.
const captured = 176

// filterIPv4 is the program that lets the system pass on only what may be an
// answer: of TCP what comes to our ports with SYN and ACK or with RST, of ICMP
// what says that a TCP packet could not be delivered. It sees packets from the IP
// header on.
func filterIPv4(ports sourcePorts) []bpf.Instruction {
	return []bpf.Instruction{
		bpf.LoadAbsolute{Off: 6, Size: 2},
		bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: 0x1fff, SkipTrue: 16}, // a later fragment
		bpf.LoadMemShift{Off: 0},
		bpf.LoadAbsolute{Off: 9, Size: 1},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: protocolTCP, SkipTrue: 5},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: protocolICMP, SkipTrue: 12},
		bpf.LoadIndirect{Off: 0, Size: 1},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: 3, SkipTrue: 10}, // destination unreachable
		bpf.LoadIndirect{Off: icmpHeader + 9, Size: 1},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: protocolTCP, SkipTrue: 7, SkipFalse: 8},
		bpf.LoadIndirect{Off: 2, Size: 2},
		bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: 0x10000 - MaxTries},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: uint32(ports), SkipTrue: 5},
		bpf.LoadIndirect{Off: 13, Size: 1},
		bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: flagRST, SkipTrue: 2},
		bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: flagSYN | flagACK},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: flagSYN | flagACK, SkipTrue: 1},
		bpf.RetConstant{Val: captured},
		bpf.RetConstant{Val: 0},
	}
}

// filterIPv6 is the same for IPv6. Packets with extension headers, which are rare,
// are all passed on: a program of this kind cannot walk a chain.
func filterIPv6(ports sourcePorts) []bpf.Instruction {
	return []bpf.Instruction{
		bpf.LoadAbsolute{Off: 6, Size: 1},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: protocolTCP, SkipTrue: 6},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: 0, SkipTrue: 12},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: 43, SkipTrue: 11},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: 60, SkipTrue: 10},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: protocolICMPv6, SkipTrue: 10},
		bpf.LoadAbsolute{Off: ipv6Header, Size: 1},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: 1, SkipTrue: 7, SkipFalse: 8}, // destination unreachable
		bpf.LoadAbsolute{Off: ipv6Header + 2, Size: 2},
		bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: 0x10000 - MaxTries},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: uint32(ports), SkipTrue: 5},
		bpf.LoadAbsolute{Off: ipv6Header + 13, Size: 1},
		bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: flagRST, SkipTrue: 2},
		bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: flagSYN | flagACK},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: flagSYN | flagACK, SkipTrue: 1},
		bpf.RetConstant{Val: captured},
		bpf.RetConstant{Val: 0},
	}
}
