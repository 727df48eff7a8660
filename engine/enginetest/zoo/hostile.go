package zoo

import (
	"bytes"
	"math/rand/v2"
	"net"
	"slices"
	"time"
)

// hostileSpecies are traps. Where a trap begins like a protocol its name is right;
// to give none is right as well.
func hostileSpecies() []Species {
	all := slices.Concat(tarpits(), floods(), webTraps(), impostors(), datagramTraps())
	for i := range all {
		all[i].Hostile = true
	}
	return all
}

// listenOnly takes what comes until the other side leaves.
func listenOnly(conn net.Conn) {
	sink := make([]byte, 4096)
	for {
		if _, err := conn.Read(sink); err != nil {
			return
		}
	}
}

// hearRequest waits until the other side has said something; false if it left.
func hearRequest(conn net.Conn) bool {
	_, err := conn.Read(make([]byte, 16<<10))
	return err == nil
}

// forEver writes the same again and again until the other side leaves.
func forEver(conn net.Conn, text []byte) {
	for {
		if _, err := conn.Write(text); err != nil {
			return
		}
	}
}

// aBitASecond writes text in pieces of n bytes, one a second, again and again.
func aBitASecond(conn net.Conn, text []byte, n int) {
	clock := time.NewTicker(time.Second)
	defer clock.Stop()
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		listenOnly(conn)
	}()
	for rest := text; ; rest = rest[min(n, len(rest)):] {
		if len(rest) == 0 {
			rest = text
		}
		if _, err := conn.Write(rest[:min(n, len(rest))]); err != nil {
			break
		}
		select {
		case <-clock.C:
			continue
		case <-gone:
		}
		break
	}
	_ = conn.Close()
	<-gone
}

// noise is random bytes that are the same in every run.
func noise(seed uint64, n int) []byte {
	random := rand.New(rand.NewPCG(seed, n2))
	text := make([]byte, n)
	for i := range text {
		text[i] = byte(random.Uint32())
	}
	return text
}

const n2 = 2 // the second half of every seed

// repeated is text again and again, some 32 kB.
func repeated(text string) []byte {
	return bytes.Repeat([]byte(text), 32<<10/len(text)+1)
}
