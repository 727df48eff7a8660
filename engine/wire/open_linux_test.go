package wire_test

import (
	"errors"
	"os"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/wire"
)

func TestNewSaysWhichAndWhy(t *testing.T) {
	for _, tt := range []struct {
		mode       engine.ScanMode
		privileged bool
		name, why  string
	}{
		{engine.ModeConnect, true, "connect", "connect scan: the mode asks for it"},
		{engine.ModeConnect, false, "connect", "connect scan: the mode asks for it"},
		{engine.ModeSYN, true, "syn", "SYN scan: the mode asks for it"},
		{engine.ModeAuto, true, "syn", "SYN scan: this process may open raw sockets"},
		{engine.ModeAuto, false, "connect", "connect scan: raw sockets need CAP_NET_RAW (setcap cap_net_raw+ep portolan)"},
		{"", false, "connect", "connect scan: raw sockets need CAP_NET_RAW (setcap cap_net_raw+ep portolan)"},
	} {
		t.Run(string(tt.mode)+" "+tt.name, func(t *testing.T) {
			allowRaw(t, tt.privileged)
			w, why, err := wire.New(wire.Config{Mode: tt.mode})
			if err != nil {
				t.Fatal(err)
			}
			if w.Name() != tt.name || why != tt.why {
				t.Errorf("%s: %s", w.Name(), why)
			}
			if err := w.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestNewThatCannotBe(t *testing.T) {
	for name, tt := range map[string]struct {
		config     wire.Config
		privileged bool
		kind       engine.Kind
		field      string
		part       string
	}{
		"not privileged":            {wire.Config{Mode: engine.ModeSYN}, false, engine.Forbidden, "mode", "CAP_NET_RAW"},
		"interface, not privileged": {wire.Config{Interface: "lo"}, false, engine.Forbidden, "mode", "CAP_NET_RAW"},
		"unknown interface":         {wire.Config{Mode: engine.ModeSYN, Interface: "nosuch0"}, true, engine.Invalid, "interface", "it has lo"},
		"interface of connections":  {wire.Config{Mode: engine.ModeConnect, Interface: "lo"}, true, engine.Invalid, "interface", "mode syn"},
	} {
		t.Run(name, func(t *testing.T) {
			allowRaw(t, tt.privileged)
			_, _, err := wire.New(tt.config)
			var e *engine.Error
			if !errors.As(err, &e) || e.Kind != tt.kind || e.Field != tt.field || !strings.Contains(e.Error(), tt.part) {
				t.Errorf("%v", err)
			}
		})
	}
}

// allowRaw takes CAP_NET_RAW from the thread of a test, or skips a test that needs it.
// The thread ends with the test.
func allowRaw(t *testing.T, allowed bool) {
	t.Helper()
	if allowed {
		if os.Getuid() != 0 {
			t.Skip("raw sockets need root")
		}
		return
	}
	runtime.LockOSThread()
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capget(&header, &data[0]); err != nil {
		t.Fatal(err)
	}
	data[0].Effective &^= 1 << unix.CAP_NET_RAW
	if err := unix.Capset(&header, &data[0]); err != nil {
		t.Fatal(err)
	}
}

// TestSYNNeedsNothingElse sends from a thread that may open raw sockets and nothing
// more, as after setcap cap_net_raw+ep.
func TestSYNNeedsNothingElse(t *testing.T) {
	newLab(t)
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	data := [2]unix.CapUserData{{Effective: 1 << unix.CAP_NET_RAW, Permitted: 1 << unix.CAP_NET_RAW}}
	if err := unix.Capset(&header, &data[0]); err != nil { // newLab has locked the thread, which ends with the test
		t.Fatal(err)
	}
	w := newSYN(t, wire.Config{Interface: "scan0"})
	want := map[string]wire.Kind{"10.99.4.7:81": wire.Closed, "[fd99:0:0:4::7]:81": wire.Closed}
	if got := ask(t, w, want); len(got) != len(want) {
		t.Errorf("%v", got)
	}
}
