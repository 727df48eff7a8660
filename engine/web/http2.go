package web

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

const (
	// frameHead is the length of a frame's head (RFC 9113 section 4.1).
	frameHead = 9
	// window is how much a server may send before it hears from us again: all that a
	// connection may carry, so that nothing has to be given back.
	window = probe.ConnectionBytes
	// initialWindow is what a connection begins with (RFC 9113 section 6.9.2).
	initialWindow = 65535
)

// http2Line is a connection that speaks HTTP/2, one stream after the other.
type http2Line struct {
	net.Conn
	session probe.Session // nil without TLS
	framer  *http2.Framer
	out     bytes.Buffer // what is to be sent with the next write
	encoder *hpack.Encoder
	fields  bytes.Buffer
	stream  uint32 // the one that is spoken on; 0 before the first
}

func newHTTP2(conn net.Conn, session probe.Session) *http2Line {
	c := &http2Line{Conn: conn, session: session}
	c.framer = http2.NewFramer(&c.out, conn)
	c.framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil) // the size nobody has to ask for (RFC 9113 section 6.5.2)
	c.framer.MaxHeaderListSize = maxHead
	c.framer.SetMaxReadFrameSize(16 << 10) // likewise
	c.framer.SetReuseFrames()
	c.encoder = hpack.NewEncoder(&c.fields)
	return c
}

// get implements line.
func (c *http2Line) get(at Location) (*Page, bool, error) {
	if err := c.request(at); err != nil {
		return nil, false, err
	}
	answer := &stream{page: &Page{Major: 2, Length: -1, Session: c.session}}
	if err := c.read(answer); err != nil && answer.page.Status == 0 {
		return nil, false, fmt.Errorf("%w: %w", errHTTP2, ended(err))
	}
	p := answer.page // what came is kept, whatever ended it
	p.Body = decoded(answer.body, p.Header)
	return p, answer.isWhole, nil
}

// read takes frames until the answer is over.
func (c *http2Line) read(answer *stream) error {
	for !answer.isOver {
		frame, err := c.framer.ReadFrame()
		if err != nil {
			return err
		}
		if err := c.take(frame, answer); err != nil {
			return err
		}
	}
	return nil
}

// request sends what is due in one write: for the first page also what opens a
// connection (RFC 9113 section 3.4).
func (c *http2Line) request(at Location) error {
	if c.stream == 0 {
		c.out.WriteString(http2.ClientPreface)
		settings := []http2.Setting{{ID: http2.SettingEnablePush, Val: 0}, {ID: http2.SettingInitialWindowSize, Val: window}, {ID: http2.SettingMaxHeaderListSize, Val: maxHead}}
		if err := errors.Join(c.framer.WriteSettings(settings...), c.framer.WriteWindowUpdate(0, window-initialWindow)); err != nil {
			return err
		}
		c.stream = 1
	} else {
		c.stream += 2
	}
	c.fields.Reset()
	fields := [][2]string{{":method", at.method()}, {":scheme", at.Scheme}, {":authority", at.host()}, {":path", at.Path}, {"user-agent", agent}, {"accept", "*/*"}}
	if at.Origin != "" {
		fields = append(fields, [2]string{"origin", at.Origin})
	}
	for _, field := range fields {
		if err := c.encoder.WriteField(hpack.HeaderField{Name: field[0], Value: field[1]}); err != nil {
			return fmt.Errorf("encode %s: %w", field[0], err)
		}
	}
	head := http2.HeadersFrameParam{StreamID: c.stream, BlockFragment: c.fields.Bytes(), EndStream: at.Question == "", EndHeaders: true}
	if err := c.framer.WriteHeaders(head); err != nil {
		return err
	}
	if at.Question != "" {
		if err := c.framer.WriteData(c.stream, true, []byte(at.Question)); err != nil {
			return err
		}
	}
	return c.flush()
}

func (c *http2Line) flush() error {
	_, err := c.out.WriteTo(c.Conn)
	return err
}

// stream is an answer that is coming in.
type stream struct {
	page    *Page
	body    []byte
	isOver  bool // no more is read
	isWhole bool // it has come to its end
}

// take answers frames of the connection and puts those of the stream into the answer.
func (c *http2Line) take(frame http2.Frame, answer *stream) error {
	head := frame.Header()
	switch f := frame.(type) {
	case *http2.SettingsFrame:
		if !f.IsAck() {
			return errors.Join(c.framer.WriteSettingsAck(), c.flush())
		}
	case *http2.PingFrame:
		if !f.IsAck() {
			return errors.Join(c.framer.WritePing(true, f.Data), c.flush())
		}
	case *http2.GoAwayFrame:
		if f.LastStreamID < c.stream {
			return fmt.Errorf("%w: %s", errAway, f.ErrCode)
		}
	case *http2.MetaHeadersFrame:
		if head.StreamID == c.stream {
			return answer.takeHead(f)
		}
	case *http2.DataFrame:
		if head.StreamID == c.stream {
			answer.takeBody(f)
		}
	case *http2.RSTStreamFrame:
		if head.StreamID == c.stream {
			return fmt.Errorf("the server resets the stream: %s", f.ErrCode)
		}
	}
	return nil
}

// takeHead reads a head; of trailers, which come after the body, nothing.
func (s *stream) takeHead(f *http2.MetaHeadersFrame) error {
	s.isWhole, s.isOver = f.StreamEnded(), f.StreamEnded()
	if s.page.Status != 0 {
		return nil
	}
	status, err := strconv.Atoi(f.PseudoValue("status"))
	if err != nil || status < 100 || status > 999 {
		return fmt.Errorf("no status: %q", f.PseudoValue("status"))
	}
	if status < http.StatusOK && !s.isOver {
		return nil // interim
	}
	header := http.Header{}
	for _, field := range f.RegularFields() {
		header.Add(field.Name, field.Value)
	}
	s.page.Status, s.page.Header = status, header
	s.page.Line = fmt.Sprintf("%d %s", status, http.StatusText(status)) // HTTP/2 has no text of its own
	if length, err := strconv.ParseInt(header.Get("Content-Length"), 10, 64); err == nil && length >= 0 {
		s.page.Length = length
	}
	return nil
}

func (s *stream) takeBody(f *http2.DataFrame) {
	if s.page.Status == 0 {
		return
	}
	data := f.Data()
	s.body = append(s.body, data[:min(len(data), MaxBody-len(s.body))]...)
	s.isOver = f.StreamEnded() || len(s.body) == MaxBody
	s.isWhole = f.StreamEnded()
}

// beginsHTTP2 tells whether a frame's head is that of what an HTTP/2 server says
// first: its settings, or that it goes away because we said nothing of HTTP/2.
func beginsHTTP2(head []byte) bool {
	length := binary.BigEndian.Uint32(append([]byte{0}, head[:3]...))
	if binary.BigEndian.Uint32(head[5:frameHead]) != 0 {
		return false // a stream
	}
	switch http2.FrameType(head[3]) {
	case http2.FrameSettings:
		return length%6 == 0 && length < 600 && head[4] == 0
	case http2.FrameGoAway:
		return length >= 8 && length < 1024
	}
	return false
}

// GreetsHTTP2 tells whether what a peer says of its own accord are the settings of an
// HTTP/2 server: a frame of them, each a known number of two bytes and a value of four
// (RFC 9113 section 6.5), perhaps cut off or none at all.
func GreetsHTTP2(said []byte) bool {
	if len(said) < frameHead || !beginsHTTP2(said) || http2.FrameType(said[3]) != http2.FrameSettings {
		return false
	}
	settings := said[frameHead:min(len(said), frameHead+int(said[1])<<8+int(said[2]))]
	for ; len(settings) >= 6; settings = settings[6:] {
		if id := binary.BigEndian.Uint16(settings); id == 0 || id > 0x10 && id < 0xf000 {
			return false
		}
	}
	return true
}

// ended makes a connection that ended within a frame what it is.
func ended(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
