package rpcbind

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/oncrpc"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

const (
	version      = 2 // of the portmapper (RFC 1833 section 3)
	dump         = 4 // PMAPPROC_DUMP
	mountVersion = 3
	export       = 5 // MOUNTPROC3_EXPORT (RFC 1813 section 5.2.5)
	maxPrograms  = 1024
	maxExports   = 256
	maxHosts     = 256
	maxPath      = 1024 // MNTPATHLEN
	maxName      = 255  // MNTNAMLEN
)

var errMalformed = errors.New("malformed list")

// ParsePrograms reads the results of PMAPPROC_DUMP: a list of program, version, IP
// protocol and port.
func ParsePrograms(results []byte) ([]Program, error) {
	x := oncrpc.XDR{Rest: results}
	programs := []Program{}
	for x.More() && len(programs) < maxPrograms {
		program, version, protocol, port := x.Uint(), x.Uint(), x.Uint(), x.Uint()
		if x.Failed || port > 65535 {
			return nil, fmt.Errorf("%w of programs", errMalformed)
		}
		programs = append(programs, Program{
			Program: int(program), Name: nameOf(program), Version: int(version), Protocol: protocolName(protocol), Port: int(port),
		})
	}
	if x.Failed {
		return nil, fmt.Errorf("%w of programs", errMalformed)
	}
	return programs, nil
}

// ParseExports reads the results of MOUNTPROC3_EXPORT: a list of paths, each with a list of
// hosts; a path without hosts is everyone's.
func ParseExports(results []byte) ([]Export, error) {
	x := oncrpc.XDR{Rest: results}
	exports := []Export{}
	for x.More() && len(exports) < maxExports {
		e := Export{Path: probe.Text(x.Opaque(maxPath)), Hosts: []string{}}
		for x.More() && len(e.Hosts) < maxHosts {
			e.Hosts = append(e.Hosts, probe.Text(x.Opaque(maxName)))
		}
		e.Everyone = len(e.Hosts) == 0 || slices.ContainsFunc(e.Hosts, isEveryone)
		exports = append(exports, e)
	}
	if x.Failed {
		return nil, fmt.Errorf("%w of exports", errMalformed)
	}
	return exports, nil
}

func isEveryone(host string) bool {
	return slices.Contains([]string{"*", "0.0.0.0/0", "0.0.0.0/0.0.0.0", "(everyone)", "::/0"}, host)
}

func protocolName(protocol uint32) string {
	switch protocol {
	case 6:
		return "tcp"
	case 17:
		return "udp"
	}
	return fmt.Sprint(protocol)
}

// nameOf gives the usual names of /etc/rpc.
func nameOf(program uint32) string {
	switch program {
	case oncrpc.Portmapper:
		return "portmapper"
	case oncrpc.NFS:
		return "nfs"
	case 100004:
		return "ypserv"
	case oncrpc.Mount:
		return "mountd"
	case 100011:
		return "rquotad"
	case 100021:
		return "nlockmgr"
	case 100024:
		return "status"
	case 100227:
		return "nfs_acl"
	}
	return ""
}

// names lists the known programs, each once.
func names(programs []Program) string {
	var list []string
	for _, p := range programs {
		if p.Name != "" && !slices.Contains(list, p.Name) {
			list = append(list, p.Name)
		}
	}
	return strings.Join(list, " ")
}
