package rtsp_test

import (
	"fmt"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/rtsp"
)

// What servers say, after RFC 2326 appendix A and the sources of the servers.
const (
	live555  = "RTSP/1.0 200 OK\r\nCSeq: 1\r\nDate: Tue, Mar 14 2023 10:00:00 GMT\r\nPublic: OPTIONS, DESCRIBE, SETUP, TEARDOWN, PLAY, PAUSE, GET_PARAMETER, SET_PARAMETER\r\n\r\n"
	notFound = "RTSP/1.0 404 File Not Found, Or In Incorrect Format\r\nCSeq: 2\r\nDate: Tue, Mar 14 2023 10:00:00 GMT\r\n\r\n"
	camera   = "RTSP/1.0 200 OK\r\nServer: Hipcam RealServer/V1.0\r\nCseq: 1\r\nPublic: OPTIONS,DESCRIBE,SETUP,TEARDOWN,PLAY,SET_PARAMETER\r\n\r\n"
	login    = "RTSP/1.0 401 Unauthorized\r\nServer: Hipcam RealServer/V1.0\r\nCseq: 2\r\nWWW-Authenticate: Digest realm=\"Hipcam RealServer/V1.0\", nonce=\"3b27a446bfa49b0c48c3edb83139543d\"\r\n\r\n"
	sdp      = "RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Type: application/sdp\r\nServer: GStreamer RTSP server\r\nContent-Length: 10\r\n\r\nv=0\r\ns=a\r\n"
)

func TestRecorded(t *testing.T) {
	for name, tt := range map[string]struct {
		answers []string
		want    string
	}{
		"LIVE555":           {[]string{live555, notFound}, "200 404 auth=false readable=false 8 []"},
		"a camera":          {[]string{camera, login}, "200 401 auth=true readable=false 6 [hipcam/1.0]"},
		"open":              {[]string{live555, sdp}, "200 200 auth=false readable=true 8 [gstreamer/]"},
		"closed altogether": {[]string{"RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Basic realm=\"cam\"\r\n\r\n"}, "401 0 auth=true readable=false 0 []"},
	} {
		t.Run(name, func(t *testing.T) {
			var said [][]byte
			for _, answer := range tt.answers {
				said = append(said, []byte(answer))
			}
			probetest.Run(t, rtsp.Probe{}, probetest.Recording{Peer: probetest.Answers(said...), Base: "rtsp", Protocol: "rtsp", Check: func(t *testing.T, rs []engine.Response) {
				b, ok := rs[0].Blocks["rtsp"].(*rtsp.Block)
				if !ok || b.Banner != tt.answers[0] {
					t.Fatalf("%+v", rs[0].Blocks)
				}
				names := []string{}
				for _, tag := range rs[0].Tags {
					names = append(names, tag.Name+"/"+tag.Version)
				}
				if got := fmt.Sprintf("%d %d auth=%v readable=%v %d %v", b.StatusCode, b.DescribeStatus, b.AuthRequired, b.Readable, len(b.Methods), names); got != tt.want {
					t.Errorf("%s, want %s", got, tt.want)
				}
			}})
		})
	}
}

func TestOthers(t *testing.T) {
	for _, answer := range []string{"HTTP/1.1 400 Bad Request\r\n\r\n", "OPTIONS rtsp://192.0.2.10:4711/ RTSP/1.0\r\n\r\n", "RTSP/1.0 hello\r\n\r\n", "RTSP/1.0 20\r\n\r\n", "SIP/2.0 400 Bad\r\n\r\n"} {
		if result := (rtsp.Probe{}).Run(t.Context(), probetest.NewDialer(probetest.Answers([]byte(answer))), probetest.Endpoint()); result.Outcome == engine.Answered {
			t.Errorf("took %q for RTSP", answer)
		}
	}
}

func FuzzRun(f *testing.F) {
	f.Add([]byte(live555), []byte(notFound))
	f.Add([]byte(camera), []byte(login))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		for _, r := range (rtsp.Probe{}).Run(t.Context(), probetest.NewDialer(probetest.Answers(a, b)), probetest.Endpoint()).Responses {
			if _, err := r.MarshalJSON(); err != nil {
				t.Error(err)
			}
		}
	})
}
