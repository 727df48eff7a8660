package ntp

import (
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

const (
	timeSize    = 48
	monlistSize = 8
	modeServer  = 4
	modeControl = 6
	modePrivate = 7
	readvar     = 2  // opcode "read variables"
	monGetList1 = 42 // REQ_MON_GETLIST_1
	xntpd       = 3  // implementation that knows it
	entrySize   = 72 // of an address in the list, info_monitor_1; 32 and more in older ones
)

// timeRequest is a client's message: version 4, mode 3; token is its transmit time.
func timeRequest(token uint64) []byte {
	packet := make([]byte, timeSize)
	packet[0] = 4<<3 | 3
	binary.BigEndian.PutUint64(packet[40:], token)
	return packet
}

// variablesRequest is a control message without data (RFC 9327 section 2).
func variablesRequest(sequence uint16) []byte {
	packet := make([]byte, 12)
	packet[0], packet[1] = 2<<3|modeControl, readvar
	binary.BigEndian.PutUint16(packet[2:], sequence)
	return packet
}

// monlistRequest is a private message of ntpd before 4.2.7p26.
func monlistRequest() []byte { return []byte{2<<3 | modePrivate, 0, xntpd, monGetList1, 0, 0, 0, 0} }

// ParseTime reads a server's message; nil if it is none or answers another.
func ParseTime(data []byte, token uint64) *TimeResponse {
	if len(data) < timeSize || data[0]&7 != modeServer || binary.BigEndian.Uint64(data[24:]) != token {
		return nil
	}
	version := int(data[0] >> 3 & 7)
	if version < 1 || version > 4 {
		return nil
	}
	seconds := func(at int) float64 { return float64(binary.BigEndian.Uint32(data[at:])) / (1 << 16) }
	return &TimeResponse{
		LeapIndicator: int(data[0] >> 6), Version: version, Mode: modeServer, Stratum: int(data[1]),
		Poll: int(int8(data[2])), Precision: int(int8(data[3])), RootDelay: seconds(4), RootDispersion: seconds(8),
		ReferenceID: reference(data[1], data[12:16]), ReferenceTime: stamp(data[16:]), ReceiveTime: stamp(data[32:]), TransmitTime: stamp(data[40:]),
	}
}

// reference is a name of up to four letters for a server with a clock or none, else the
// IPv4 address of its server or a hash of the IPv6 address (RFC 5905 section 7.3).
func reference(stratum byte, id []byte) string {
	if stratum <= 1 {
		return probe.Text([]byte(strings.TrimRight(string(id), "\x00")))
	}
	if addr := netip.AddrFrom4([4]byte(id)); addr.IsGlobalUnicast() || addr.IsLoopback() {
		return addr.String()
	}
	return hex.EncodeToString(id)
}

// stamp reads a timestamp: seconds since 1900, wrapped in 2036 (RFC 5905 section 6), and
// their fraction; empty if it is not set.
func stamp(data []byte) string {
	const to1970, era = 2208988800, 1 << 32
	seconds, fraction := int64(binary.BigEndian.Uint32(data)), int64(binary.BigEndian.Uint32(data[4:]))
	if seconds == 0 && fraction == 0 {
		return ""
	}
	if seconds < to1970 { // nobody's clock stands before 1970; ours is of the next era
		seconds += era
	}
	return time.Unix(seconds-to1970, fraction*1e9>>32).UTC().Format(time.RFC3339Nano)
}

// fitsVariables knows a response without error to our control message.
func fitsVariables(data []byte, sequence uint16) bool {
	return len(data) >= 12 && data[0]&7 == modeControl && data[1]&0xdf == 0x80|readvar && binary.BigEndian.Uint16(data[2:]) == sequence
}

// ParseVariables gives the text of a control message; empty if there is none.
func ParseVariables(data []byte) string {
	if len(data) < 12 {
		return ""
	}
	size := int(binary.BigEndian.Uint16(data[10:]))
	return strings.TrimSpace(probe.Text(data[12 : 12+min(size, len(data)-12)]))
}

// IsMonlist knows a list of clients: a response of mode 7 to our request, without error
// and with at least one client in it.
func IsMonlist(data []byte) bool {
	if len(data) < monlistSize || data[0]&0x87 != 0x80|modePrivate || data[2] != xntpd || data[3] != monGetList1 {
		return false
	}
	fault, items := data[4]>>4, int(data[4]&0x0f)<<8|int(data[5])
	size := int(data[6]&0x0f)<<8 | int(data[7])
	return fault == 0 && items > 0 && size > 0 && size <= entrySize && len(data) >= monlistSize+items*size
}

var versionPattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`version="([^"]{1,200})"`) })

// bannerOf is what the variables say about the software.
func bannerOf(variables string) string {
	match := versionPattern().FindStringSubmatch(variables)
	if match == nil {
		return ""
	}
	return match[1]
}

// products are compiled when the first server is met, not when the program starts.
var products = sync.OnceValue(func() []probe.Product {
	return []probe.Product{
		{Name: "ntpsec", FullName: "NTPsec", Category: "Time servers", Vendor: "ntpsec", CPE: "ntpsec", Pattern: regexp.MustCompile(`^ntpd ntpsec-(\d+\.\d+\.\d+)`)},
		{Name: "ntp", FullName: "NTP reference implementation", Category: "Time servers", Vendor: "ntp", CPE: "ntp", Pattern: regexp.MustCompile(`^ntpd (4\.\d+\.\d+(?:p\d+)?)`)},
	}
})
