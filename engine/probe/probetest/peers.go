package probetest

import (
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Says is a server that speaks first: it sends answer on every connection and
// hangs up when the probe has nothing more to say.
func Says(answer []byte) Peer {
	return func(conn net.Conn) {
		var reader sync.WaitGroup
		reader.Go(func() { _, _ = io.Copy(io.Discard, conn) })
		_, _ = conn.Write(answer)
		reader.Wait()
	}
}

// Answers is a server that waits: it sends answers in turn, one for each time
// the probe says something, and hangs up after the last.
func Answers(answers ...[]byte) Peer {
	return func(conn net.Conn) {
		request := make([]byte, 64<<10)
		for _, answer := range answers {
			if _, err := conn.Read(request); err != nil {
				return
			}
			if _, err := conn.Write(answer); err != nil {
				return
			}
		}
	}
}

// Responds is a server that waits: answer gives what it says to each thing the
// probe says; nil hangs up.
func Responds(answer func(request []byte) []byte) Peer {
	return func(conn net.Conn) {
		request := make([]byte, 64<<10)
		for {
			n, err := conn.Read(request)
			if err != nil {
				return
			}
			reply := answer(request[:n])
			if reply == nil {
				return
			}
			if _, err := conn.Write(reply); err != nil {
				return
			}
		}
	}
}

// Echo is a server that says what it is told (RFC 862).
func Echo() Peer { return Responds(func(request []byte) []byte { return request }) }

// cut is peer whose connection ends after it has written n bytes.
func cut(peer Peer, n int) Peer {
	return func(conn net.Conn) { peer(&shortened{Conn: conn, left: n}) }
}

type shortened struct {
	net.Conn
	mu   sync.Mutex
	left int
}

func (s *shortened) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.Conn.Write(p[:min(len(p), s.left)])
	s.left -= n
	if s.left == 0 {
		_ = s.Close()
		return n, io.ErrClosedPipe
	}
	return n, err
}

// measured keeps in most how many bytes peer writes on the connection that gets
// the most.
func measured(peer Peer, most *atomic.Int64) Peer {
	return func(conn net.Conn) { peer(&tally{Conn: conn, most: most}) }
}

type tally struct {
	net.Conn
	n    atomic.Int64
	most *atomic.Int64
}

func (t *tally) Write(p []byte) (int, error) {
	n, err := t.Conn.Write(p)
	sum := t.n.Add(int64(n))
	for {
		most := t.most.Load()
		if sum <= most || t.most.CompareAndSwap(most, sum) {
			return n, err
		}
	}
}

// slow is peer at a byte a second.
func slow(peer Peer) Peer {
	return func(conn net.Conn) { peer(&dripping{conn}) }
}

type dripping struct{ net.Conn }

func (d *dripping) Write(p []byte) (int, error) {
	for i := range p {
		time.Sleep(time.Second)
		if _, err := d.Conn.Write(p[i : i+1]); err != nil {
			return i, err
		}
	}
	return len(p), nil
}

// silent takes everything and says nothing.
func silent(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

// hangsUp ends every connection at once.
func hangsUp(net.Conn) {}

// endless sends filler for ever.
func endless(filler []byte) Peer {
	return func(conn net.Conn) {
		var reader sync.WaitGroup
		reader.Go(func() { _, _ = io.Copy(io.Discard, conn) })
		for {
			if _, err := conn.Write(filler); err != nil {
				break
			}
		}
		reader.Wait()
	}
}

// garbage is some random bytes that are the same in every run.
func garbage(seed uint64) []byte {
	random := rand.New(rand.NewPCG(seed, 1))
	noise := make([]byte, 1+random.IntN(300))
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	return noise
}
