package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/netip"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// saveOpenPort stores an open port, in the place of the same port of the same
// address.
func saveOpenPort(ctx context.Context, tx *sql.Tx, e engine.Endpoint) error {
	body, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encode port %s: %w", e, err)
	}
	_, err = tx.ExecContext(ctx, "INSERT OR REPLACE INTO open_port (addr, port, transport, body) VALUES (?, ?, ?, ?)",
		addressKey(e.Addr), e.Port, e.Transport, string(body))
	if err != nil {
		return fmt.Errorf("save port %s: %w", e, err)
	}
	return saveHost(ctx, tx, e.Addr)
}

// saveHost notes that a host has answered.
func saveHost(ctx context.Context, tx *sql.Tx, addr netip.Addr) error {
	if _, err := tx.ExecContext(ctx, "INSERT OR IGNORE INTO host (addr) VALUES (?)", addressKey(addr)); err != nil {
		return fmt.Errorf("save host %s: %w", addr, err)
	}
	return nil
}

// addressKey gives bytes that sort as [netip.Addr.Compare] does, IPv4 first; an
// IPv4 address mapped into IPv6 is the same host.
func addressKey(addr netip.Addr) []byte {
	addr = addr.Unmap()
	return append([]byte{byte(addr.BitLen() / 8)}, addr.AsSlice()...)
}

// OpenPorts implements [index.Index].
func (ix *scanIndex) OpenPorts(ctx context.Context) (open []engine.Endpoint, err error) {
	err = ix.view(ctx, func(q querier) error {
		open, err = collect(ctx, q, scanEndpoint, "SELECT body FROM open_port ORDER BY addr, port, transport")
		return err
	})
	return open, err
}

func scanEndpoint(rows *sql.Rows) (e engine.Endpoint, err error) {
	var body []byte
	if err := rows.Scan(&body); err != nil {
		return e, fmt.Errorf("read port: %w", err)
	}
	if err := json.Unmarshal(body, &e); err != nil {
		return e, fmt.Errorf("decode port: %w", err)
	}
	return e, nil
}

// Hosts implements [index.Index].
func (ix *scanIndex) Hosts(ctx context.Context) (hosts []netip.Addr, err error) {
	err = ix.view(ctx, func(q querier) error {
		hosts, err = collect(ctx, q, scanHost, "SELECT addr FROM host ORDER BY addr")
		return err
	})
	return hosts, err
}

func scanHost(rows *sql.Rows) (netip.Addr, error) {
	var key sql.RawBytes
	if err := rows.Scan(&key); err != nil {
		return netip.Addr{}, fmt.Errorf("read host: %w", err)
	}
	return addressOf(key)
}

// addressOf gives the address of an [addressKey].
func addressOf(key []byte) (netip.Addr, error) {
	if len(key) > 0 {
		if addr, ok := netip.AddrFromSlice(key[1:]); ok {
			return addr, nil
		}
	}
	return netip.Addr{}, fmt.Errorf("read host: %x is no address", key)
}
