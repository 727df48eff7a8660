package wire

import (
	"os"
	"strconv"
	"strings"
)

// conntrackFull reports whether the firewall of this machine has no room for one
// more connection in its table, of which each attempt takes one, for two minutes
// where it is not answered (nf_conntrack_tcp_timeout_syn_sent). It then refuses
// packets that it would let pass at other times.
func conntrackFull() bool {
	count, most := conntrack("count"), conntrack("max")
	return most > 0 && count >= most-most/32 // it fluctuates while we look
}

func conntrack(name string) int {
	text, err := os.ReadFile("/proc/sys/net/netfilter/nf_conntrack_" + name)
	if err != nil {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0
	}
	return n
}
