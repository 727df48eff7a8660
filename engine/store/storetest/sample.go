package storetest

import (
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// at is a moment with microseconds, the finest a store keeps.
func at(second int) time.Time {
	return time.Date(2026, 2, 3, 4, 5, second, 123_456_000, time.UTC)
}

// pending is a new scan of owner: what control creates.
func pending(t testing.TB, owner engine.UserID, label string) engine.Scan {
	t.Helper()
	scan := engine.Scan{Label: label, OwnerID: owner, Targets: []engine.Target{"192.0.2.1"}, Ports: "22", CreatedAt: at(0)}
	return advanced(t, scan, engine.StatePending)
}

// advanced takes scan through states.
func advanced(t testing.TB, scan engine.Scan, states ...engine.State) engine.Scan {
	t.Helper()
	for _, state := range states {
		if err := scan.Advance(state, "now "+string(state), at(len(scan.Steps))); err != nil {
			t.Errorf("advance: %v", err)
		}
	}
	return scan
}

// full is a scan with every member of record set, each to a value of its own.
func full(t testing.TB) engine.Scan {
	t.Helper()
	scan := engine.Scan{
		Label:        "weekly — 週次 \x00 'quoted' \"twice\"",
		Targets:      []engine.Target{"192.0.2.0/24", "example.com", "2001:db8::1"},
		Ports:        "common,9200",
		Exclude:      []engine.Target{"192.0.2.128/25", "192.0.2.3"},
		Profile:      engine.Profile{Addresses: "all", Mode: "connect", Rate: 41, HostRate: 42, MaxBytes: 43, Checks: engine.CheckSelection{Only: []string{"tls"}, Skip: []string{"tls.old"}}, Resolvers: "192.0.2.53"},
		Expect:       []engine.Expectation{{Host: "192.0.2.1", Port: "443", Protocol: "tcp", Service: "https", TLSMin: "1.2", Owner: "@web", Optional: true}},
		Rules:        []string{"tls.cert-expired", "acme.own"},
		Source:       engine.Source{Repository: "acme/shop", Branch: "größer", Commit: "9fceb02", RunURL: "https://ci.example.com/7"},
		CreatedAt:    at(0),
		ConfigDigest: "0123456789abcdef",
		Count:        11,
		Summary:      engine.Summary{Critical: 1, High: 2, Medium: 3, Low: 4, Info: 5, Total: 15, HostsUp: 6, OpenPorts: 7, TasksFailed: 8},
		OwnerID:      21,
		Attached:     true,
		Attempts:     31,
		Work:         51,
		WorkDone:     52,
		RescanOf:     53,
		ProfileID:    54,
		ScheduleID:   55,
	}
	scan = advanced(t, scan, engine.StatePending, engine.StateScheduled, engine.StateScanning, engine.StateDone)
	scan.Steps[1].Description = nil
	scan.Lease = engine.Lease{Owner: "process 7", Until: at(40)}
	deleted, claimed, erasing := at(50), at(20), at(51)
	scan.DeletedAt, scan.ClaimedAt, scan.ErasingAt = &deleted, &claimed, &erasing
	return scan
}

// user is a user with every member set but the team, told from others by name.
func user(name string) engine.User {
	return engine.User{
		Email: name + "@example.com", FirstName: name, LastName: "O'" + name,
		Plan: "plan of " + name, Disabled: true, CreatedAt: at(1),
	}
}

// key is a key with every member set, told from others by label.
func key(owner engine.UserID, label string) engine.Key {
	used, revoked, expires := at(2), at(3), at(4)
	return engine.Key{
		UserID: owner, Label: label, Hash: engine.HashKey(label), Prefix: engine.KeyPrefix(label), Scopes: []engine.KeyScope{engine.KeyRead, engine.KeyScan},
		CreatedAt: at(1), ExpiresAt: &expires, LastUsedAt: &used, RevokedAt: &revoked,
	}
}
