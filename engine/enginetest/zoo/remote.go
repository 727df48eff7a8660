package zoo

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
)

func remoteSpecies() []Species {
	return slices.Concat(rdpSpecies(), vncSpecies(), screenSpecies(), rsyncSpecies(), javaSpecies(), shareSpecies(), directorySpecies())
}

// vncSpecies are servers of the Remote Framebuffer protocol (RFC 6143).
func vncSpecies() []Species {
	vnc := func(name, version string, security []byte) Species {
		return Species{Name: name, Base: "vnc", Protocol: "vnc", Port: 5900, Serve: func(conn net.Conn) {
			greeting := "RFB " + version + "\n"
			if _, err := io.WriteString(conn, greeting); err != nil {
				return
			}
			reply := make([]byte, len(greeting))
			if _, err := io.ReadFull(conn, reply); err != nil || !strings.HasPrefix(string(reply), "RFB 003.") {
				return
			}
			if _, err := conn.Write(security); err == nil {
				listenOnly(conn)
			}
		}}
	}
	failure := "Too many security failures"
	return []Species{
		vnc("vnc-open", "003.008", []byte{1, 1}), vnc("vnc-password", "003.008", []byte{2, 19, 2}), vnc("vnc-3.7", "003.007", []byte{1, 2}),
		vnc("vnc-3.3", "003.003", be32(2)), vnc("vnc-macos", "003.889", []byte{4, 30, 33, 36, 35}),
		vnc("vnc-locked", "003.008", slices.Concat([]byte{0}, be32(uint32(len(failure))), []byte(failure))),
	}
}

// screenSpecies are X servers and Java machines that wait for a debugger.
func screenSpecies() []Species {
	setup := func(answer []byte) func(net.Conn) {
		return messages(12, func(head []byte) int {
			if head[0] != 'l' || head[2] != 11 {
				return -1
			}
			return 12 + (int(binary.LittleEndian.Uint16(head[6:]))+3)&^3 + (int(binary.LittleEndian.Uint16(head[8:]))+3)&^3
		}, func([]byte) []byte { return answer })
	}
	return []Species{
		{Name: "x11-open", Base: "x11", Protocol: "x11", Product: "xorg", Version: "21.1.7", Port: 6000, Serve: setup(xAccepted(12101007))},
		{Name: "x11-old", Base: "x11", Protocol: "x11", Product: "xorg", Version: "1.20.13", Port: 6001, Serve: setup(xAccepted(12013000))},
		{Name: "x11-refused", Base: "x11", Protocol: "x11", Port: 6002, Serve: setup(xRefused("No protocol specified\n"))},
		{Name: "jdwp", Base: "jdwp", Protocol: "jdwp", Product: "java", Version: "17.0.9", Port: 5005, Serve: serveJDWP(nil)},
		{Name: "jdwp-suspended", Base: "jdwp", Protocol: "jdwp", Product: "java", Version: "17.0.9", Port: 8000, Serve: serveJDWP(vmStart())},
	}
}

// xAccepted is a connection setup that succeeds, with one screen (X protocol, "Connection
// Setup").
func xAccepted(release uint32) []byte {
	const vendor = "The X.Org Foundation"
	const formats, screen = 7 * 8, 40 + 8 + 24
	rest := slices.Concat(le32(release), le32(0x00200000), le32(0x001fffff), le32(256), le16(len(vendor)), le16(0xffff), []byte{1, 7, 0, 0, 32, 32, 8, 255}, make([]byte, 4))
	rest = slices.Concat(rest, []byte(vendor), make([]byte, formats+screen))
	return slices.Concat([]byte{1, 0}, le16(11), le16(0), le16(len(rest)/4), rest)
}

func xRefused(reason string) []byte {
	padded := append([]byte(reason), make([]byte, (4-len(reason)%4)%4)...)
	return slices.Concat([]byte{0, byte(len(reason))}, le16(11), le16(0), le16(len(padded)/4), padded)
}

// vmStart is the event a machine started with suspend=y sends first.
func vmStart() []byte {
	data := slices.Concat([]byte{2}, be32(1), []byte{90}, be32(0), make([]byte, 8))
	return slices.Concat(be32(uint32(11+len(data))), be32(1), []byte{0, 64, 100}, data)
}

// serveJDWP shakes hands and answers VirtualMachine.Version; other commands are not
// implemented (error 99).
func serveJDWP(first []byte) func(net.Conn) {
	const handshake = "JDWP-Handshake"
	text := func(s string) []byte { return append(be32(uint32(len(s))), s...) }
	version := slices.Concat(text("Java Debug Wire Protocol (Reference Implementation) version 17.0\nJVM version 17.0.9"), be32(17), be32(0), text("17.0.9"), text("OpenJDK 64-Bit Server VM"))
	commands := messages(11, func(head []byte) int { return int(binary.BigEndian.Uint32(head)) }, func(command []byte) []byte {
		if command[9] != 1 || command[10] != 1 {
			return slices.Concat(be32(11), command[4:8], []byte{0x80, 0, 99})
		}
		return slices.Concat(be32(uint32(11+len(version))), command[4:8], []byte{0x80, 0, 0}, version)
	})
	return func(conn net.Conn) {
		hello := make([]byte, len(handshake))
		if _, err := io.ReadFull(conn, hello); err != nil || string(hello) != handshake {
			return
		}
		if _, err := conn.Write(append(hello, first...)); err == nil {
			commands(conn)
		}
	}
}

// rsyncSpecies are daemons of three versions of the protocol.
func rsyncSpecies() []Species {
	daemon := func(name, greeting, motd string, modules map[string]string) Species {
		return Species{Name: name, Base: "rsync", Protocol: "rsync", Product: "rsync", Port: 873, Serve: serveRsync(greeting, motd, modules)}
	}
	return []Species{
		daemon("rsync", "@RSYNCD: 31.0\n", "", map[string]string{"backup": ""}),
		daemon("rsync-password", "@RSYNCD: 32.0 sha512 sha256 sha1 md5 md4\n", "Welcome\n\n", map[string]string{"backup": "Q2hhbGxlbmdlQ2hhbGxlbmdl"}),
		daemon("rsync-empty", "@RSYNCD: 30.0\n", "", nil),
	}
}

// serveRsync plays clientserver.c: greetings cross, then the client names a module. modules
// gives the challenge of each, empty for one without a password.
func serveRsync(greeting, motd string, modules map[string]string) func(net.Conn) {
	return func(conn net.Conn) {
		if _, err := io.WriteString(conn, greeting); err != nil {
			return
		}
		lines := bufio.NewScanner(io.LimitReader(conn, mostMessage))
		if !lines.Scan() || !strings.HasPrefix(lines.Text(), "@RSYNCD: ") {
			_, _ = io.WriteString(conn, "@ERROR: protocol startup error\n")
			return
		}
		if !lines.Scan() {
			return
		}
		_, _ = io.WriteString(conn, motd+rsyncAnswer(lines.Text(), modules))
	}
}

func rsyncAnswer(request string, modules map[string]string) string {
	challenge, ok := modules[request]
	switch {
	case request == "" || request == "#list":
		var list strings.Builder
		for name := range modules {
			fmt.Fprintf(&list, "%-15s\tNightly\n", name)
		}
		return list.String() + "@RSYNCD: EXIT\n"
	case !ok:
		return "@ERROR: Unknown module '" + request + "'\n"
	case challenge != "":
		return "@RSYNCD: AUTHREQD " + challenge + "\n"
	}
	return "@RSYNCD: OK\n"
}
