package ber_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/ber"
)

func TestRoundTrip(t *testing.T) {
	for _, size := range []int{0, 1, 127, 128, 255, 256, 70000} {
		data := ber.Encode(ber.OctetString, bytes.Repeat([]byte("x"), size))
		e, rest, err := ber.Next(append(data, "rest"...))
		if err != nil || e.Tag != ber.OctetString || len(e.Value) != size || string(rest) != "rest" {
			t.Errorf("%d bytes: %d, rest %q, %v", size, len(e.Value), rest, err)
		}
		if read, err := ber.Read(bytes.NewReader(data), 1<<20); err != nil || len(read.Value) != size {
			t.Errorf("%d bytes: read %d, %v", size, len(read.Value), err)
		}
	}
}

func TestInt(t *testing.T) {
	for n, data := range map[int64][]byte{0: {2, 1, 0}, -1: {2, 1, 0xff}, 128: {2, 2, 0, 0x80}, 65507: {2, 3, 0, 0xff, 0xe3}} {
		e, _, err := ber.Next(data)
		got, errInt := e.Int()
		if err != nil || errInt != nil || got != n {
			t.Errorf("%x: %d, %v, %v", data, got, err, errInt)
		}
	}
	if _, err := (ber.Element{}).Int(); !errors.Is(err, ber.ErrMalformed) {
		t.Error(err)
	}
}

func TestLongLength(t *testing.T) { // as net-snmp writes them
	e, _, err := ber.Next([]byte{0x30, 0x82, 0, 2, 5, 0})
	if err != nil || len(e.Value) != 2 {
		t.Errorf("%v, %v", e, err)
	}
}

func TestMalformed(t *testing.T) {
	for _, data := range [][]byte{nil, {2}, {2, 1}, {0x1f, 1, 1}, {2, 0x80}, {2, 0x85, 1, 1, 1, 1, 1}, {2, 0x82, 1}, {2, 0x84, 0xff, 0xff, 0xff, 0xff}} {
		if _, _, err := ber.Next(data); !errors.Is(err, ber.ErrMalformed) {
			t.Errorf("%x: %v", data, err)
		}
	}
	if _, err := ber.Read(bytes.NewReader([]byte{4, 0x82, 0xff, 0xff}), 1000); !errors.Is(err, ber.ErrMalformed) {
		t.Error(err)
	}
	if _, err := ber.Read(bytes.NewReader([]byte{4, 5, 1}), 1000); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
}

func FuzzNext(f *testing.F) {
	f.Add([]byte{0x30, 0x82, 0, 2, 5, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		e, rest, err := ber.Next(data)
		if err == nil && len(e.Value)+len(rest) > len(data) {
			t.Errorf("%d and %d of %d bytes", len(e.Value), len(rest), len(data))
		}
		_, _ = e.Children(100)
		_, _ = ber.Read(bytes.NewReader(data), 1000)
	})
}
