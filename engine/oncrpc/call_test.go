package oncrpc_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/oncrpc"
)

func words(list ...uint32) (data []byte) {
	for _, word := range list {
		data = binary.BigEndian.AppendUint32(data, word)
	}
	return data
}

func TestResults(t *testing.T) {
	call := oncrpc.Call{ID: 7, Program: oncrpc.NFS, Version: 3}
	for name, tt := range map[string]struct {
		reply  []byte
		reason string // of a refusal; "-" of no reply
	}{
		"accepted":         {words(7, 1, 0, 0, 0, 0, 42), ""},
		"no program":       {words(7, 1, 0, 0, 0, 1), "program unavailable"},
		"version mismatch": {words(7, 1, 0, 0, 0, 2, 2, 4), "version mismatch"},
		"denied":           {words(7, 1, 1, 1, 5), "authentication error 5"},
		"RPC version":      {words(7, 1, 1, 0, 2, 2), "RPC version mismatch"},
		"another id":       {words(8, 1, 0, 0, 0, 0), "-"},
		"a call":           {call.Message(), "-"},
		"short":            {words(7, 1, 0), "-"},
		"impossible":       {words(7, 1, 0, 0, 0, 9), "-"},
		"nothing":          {nil, "-"},
	} {
		t.Run(name, func(t *testing.T) {
			results, err := call.Results(tt.reply)
			var refusal *oncrpc.Refusal
			switch {
			case tt.reason == "-":
				if !errors.Is(err, oncrpc.ErrNotRPC) {
					t.Error(err)
				}
			case tt.reason == "":
				if err != nil || !bytes.Equal(results, words(42)) {
					t.Errorf("%x, %v", results, err)
				}
			case !errors.As(err, &refusal) || refusal.Reason != tt.reason:
				t.Error(err)
			}
		})
	}
}

func TestReadRecord(t *testing.T) {
	record, err := oncrpc.ReadRecord(bytes.NewReader([]byte("\x00\x00\x00\x02ab\x80\x00\x00\x01c")))
	if err != nil || string(record) != "abc" {
		t.Errorf("%q, %v", record, err)
	}
	for _, data := range []string{"\x80\xff\xff\xff", "\x80\x00\x00\x00"} {
		if _, err := oncrpc.ReadRecord(bytes.NewReader([]byte(data))); !errors.Is(err, oncrpc.ErrNotRPC) {
			t.Errorf("%q: %v", data, err)
		}
	}
}

func FuzzResults(f *testing.F) {
	f.Add(words(7, 1, 0, 0, 0, 0, 42))
	f.Add(words(7, 1, 1, 1, 5))
	f.Fuzz(func(t *testing.T, data []byte) {
		call := oncrpc.Call{ID: 7}
		if results, err := call.Results(data); err == nil && len(results) > len(data) {
			t.Error("more than there was")
		}
		_, _ = oncrpc.ReadRecord(bytes.NewReader(data))
	})
}
