// Package rtsp speaks the Real-Time Streaming Protocol of cameras and media servers
// (RFC 2326, RFC 7826) to learn what they are and whether they describe their stream
// to everybody. Begin with [Probe].
//
// It asks OPTIONS and DESCRIBE for the main address. It sets up and plays nothing, and
// does not try the many paths of manufacturers.
package rtsp

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/web"
)

// Block is the member "rtsp" of a response.
type Block struct {
	Banner         string   `json:"banner"` // head of the answer to OPTIONS
	StatusCode     int      `json:"status_code"`
	Server         string   `json:"server,omitempty"`
	Methods        []string `json:"methods,omitempty"`
	DescribeStatus int      `json:"describe_status_code,omitempty"`
	AuthRequired   bool     `json:"auth_required"`
	Realm          string   `json:"realm,omitempty"`
	Readable       bool     `json:"readable"` // the stream was described without a login
}

const (
	version = "RTSP/1.0"
	// maxAnswers is how much is read of both answers; a description is a few kilobytes.
	maxAnswers = 64 << 10
)

// Probe speaks to media servers.
type Probe struct {
	secure probe.Handshake
}

var _ probe.Inner = Probe{}

// New makes the probe with a way to speak TLS.
func New(secure probe.Handshake) Probe { return Probe{secure: secure} }

// Name is "rtsp".
func (Probe) Name() string { return "rtsp" }

// Ports are those of RFC 7826 (554, 322 inside TLS) and of cameras.
func (Probe) Ports() []uint16 { return []uint16{554, 322, 8554, 10554, 5554, 1935} }

// Run speaks without TLS.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return probe.Visit(ctx, d, to, nil, func(conn net.Conn) probe.Result { return speak(conn, "rtsp", to) })
}

// RunTLS speaks inside TLS.
func (p Probe) RunTLS(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return probe.Visit(ctx, d, to, p.secure, func(conn net.Conn) probe.Result { return speak(conn, "rtsps", to) })
}

func speak(conn net.Conn, scheme string, to engine.Endpoint) probe.Result {
	at := scheme + "://" + to.HostPort() + "/"
	from := bufio.NewReader(io.LimitReader(conn, maxAnswers))
	head, err := ask(conn, from, "OPTIONS", at, 1)
	if err != nil {
		return probe.Failed(err)
	}
	block := newBlock(head)
	if head, err = ask(conn, from, "DESCRIBE", at, 2); err == nil {
		block.learn(head)
	}
	r := probe.NewResponse(conn, to, "rtsp")
	r.Blocks["rtsp"] = block
	r.Tags = probe.Find(products(), block.Server)
	return probe.Found(r)
}

func ask(conn net.Conn, from *bufio.Reader, method, at string, number int) (web.Head, error) {
	if _, err := fmt.Fprintf(conn, "%s %s %s\r\nCSeq: %d\r\nUser-Agent: Portolan\r\nAccept: application/sdp\r\n\r\n", method, at, version, number); err != nil {
		return web.Head{}, fmt.Errorf("ask %s: %w", method, err)
	}
	head, err := web.ReadHead(from, version)
	if err != nil {
		return web.Head{}, fmt.Errorf("read the answer to %s: %w", method, err)
	}
	return head, nil
}

func newBlock(head web.Head) *Block {
	b := &Block{Banner: head.Raw, StatusCode: head.Status, Server: web.Clip(head.Header.Get("Server"), 256)}
	for method := range strings.SplitSeq(head.Header.Get("Public"), ",") {
		if method = strings.TrimSpace(method); method != "" && len(b.Methods) < 20 {
			b.Methods = append(b.Methods, web.Clip(method, 32))
		}
	}
	b.learnRealm(head)
	return b
}

// learn reads the answer to DESCRIBE: a description has a type and a length.
func (b *Block) learn(head web.Head) {
	b.DescribeStatus = head.Status
	b.Readable = head.Status == 200 && strings.Contains(strings.ToLower(head.Header.Get("Content-Type")), "sdp")
	b.learnRealm(head)
	if b.Server == "" {
		b.Server = web.Clip(head.Header.Get("Server"), 256)
	}
}

func (b *Block) learnRealm(head web.Head) {
	if head.Status != 401 {
		return
	}
	b.AuthRequired = true
	if _, realm, ok := strings.Cut(head.Header.Get("Www-Authenticate"), `realm="`); ok {
		realm, _, _ = strings.Cut(realm, `"`)
		b.Realm = web.Clip(realm, 256)
	}
}

// products are compiled when the first server is met, not when the program starts.
var products = sync.OnceValue(func() []probe.Product {
	const media, camera = "Media servers", "Web cameras"
	return []probe.Product{
		{Name: "live555", FullName: "LIVE555", Category: media, Vendor: "live555", CPE: "live555", Pattern: regexp.MustCompile(`LIVE555 Streaming Media v(\d{4}\.\d\d\.\d\d)`)},
		{Name: "gstreamer", FullName: "GStreamer RTSP server", Category: media, Pattern: regexp.MustCompile(`GStreamer RTSP server`)},
		{Name: "mediamtx", FullName: "MediaMTX", Category: media, Pattern: regexp.MustCompile(`(?i)^(?:gortsplib|mediamtx)`)},
		{Name: "vlc", FullName: "VLC", Category: media, Vendor: "videolan", CPE: "vlc_media_player", Pattern: regexp.MustCompile(`^VLC/(\d+(?:\.\d+)+)`)},
		{Name: "airtunes", FullName: "AirTunes", Category: media, Pattern: regexp.MustCompile(`^AirTunes/(\d+(?:\.\d+)*)`)},
		{Name: "hipcam", FullName: "Hipcam RealServer", Category: camera, Pattern: regexp.MustCompile(`^Hipcam RealServer/V(\d+\.\d+)`)},
		{Name: "dahua", FullName: "Dahua RTSP server", Category: camera, Pattern: regexp.MustCompile(`(?i)dahua rtsp server`)},
		{Name: "hikvision", FullName: "Hikvision", Category: camera, Pattern: regexp.MustCompile(`(?i)hikvision`)},
	}
})
