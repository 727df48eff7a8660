package report

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Sizes of the exposure map. Hosts are columns and ports are rows, as there are many of
// those and few of these.
const (
	maxMapHosts  = 1000
	maxMapPorts  = 30
	maxMapLabels = 40 // hosts that are named each; of more, their networks are
	mapLeft      = 132
	mapWidth     = 1000
	maxCell      = 72
	mapRow       = 20
	maxMapName   = 24 // letters
	mapLetter    = 4  // height a letter of a slanted name takes
	mapNetworks  = 24 // height of those of networks
	maxTipPorts  = 12
)

// noFinding is the class of a port that is open and nothing is wrong with.
const noFinding = "open"

// htmlMap is the exposure map. Cells of one class are one path, so that a thousand
// hosts make a picture of some hundred kilobytes.
type htmlMap struct {
	Width, Height int
	Top, Bottom   int
	Right         int
	Rows          []htmlMapRow
	Hosts         []htmlMapHost
	Names         []htmlMapName // of hosts, slanted, or of networks
	Slanted       bool
	Cells         []htmlCells
	Note          string // what is left out
}

type htmlMapRow struct {
	Y, TextY int
	Port     string
	Service  string
}

// htmlMapHost is a column that tells its ports when it is pointed at.
type htmlMapHost struct {
	X, Width string
	Name     string
	Title    string
}

type htmlMapName struct {
	X    string
	Line bool
	Text string
}

// htmlCells are all cells of one class, as a path.
type htmlCells struct{ Class, Path string }

// mapPort is a row: a port and a transport.
type mapPort struct {
	port      int
	transport string
}

// mapHost is a column.
type mapHost struct {
	name  string
	cells map[mapPort]worst
	names map[mapPort]string // what speaks there
	worst worst
}

// exposureMap draws the open ports; nil without any.
func exposureMap(r *Report) *htmlMap {
	hosts := mapHosts(r)
	if len(hosts) == 0 {
		return nil
	}
	all := len(hosts)
	hosts = worstHosts(hosts)
	rows, left := mapRows(hosts)
	m := &htmlMap{Top: mapNetworks, Slanted: len(hosts) <= maxMapLabels}
	if m.Slanted {
		m.Top = 20 + mapLetter*longestName(hosts)
	}
	m.Bottom = m.Top + len(rows)*mapRow
	width := min(float64(mapWidth)/float64(len(hosts)), maxCell)
	m.Right = mapLeft + int(width*float64(len(hosts))+0.5)
	m.Width, m.Height = mapLeft+mapWidth+2, m.Bottom+6
	if m.Slanted {
		m.Width += 70 // names reach beyond the last column
	}
	m.drawRows(rows, hosts)
	m.drawHosts(hosts, width)
	m.drawCells(hosts, rows, width)
	m.drawNames(hosts, width)
	m.Note = mapNote(all-len(hosts), left)
	return m
}

// longestName is how many letters of a name are shown at most.
func longestName(hosts []*mapHost) (longest int) {
	for _, host := range hosts {
		longest = max(longest, min(columns(host.name), maxMapName))
	}
	return longest
}

func mapNote(hosts, ports int) string {
	var parts []string
	if hosts > 0 {
		parts = append(parts, fmt.Sprintf("%s hosts with less severe findings", thousands(hosts)))
	}
	if ports > 0 {
		parts = append(parts, plural(ports, "port")+" that fewer hosts have open")
	}
	if len(parts) == 0 {
		return ""
	}
	return "Not in the picture: " + strings.Join(parts, ", ") + "."
}

// mapHosts gathers the open ports of each host and the worst that was found at each.
func mapHosts(r *Report) []*mapHost {
	found := worstByPlace(r.Assessment.Active)
	byName := map[string]*mapHost{}
	for _, p := range r.Ports {
		host := byName[p.Host]
		if host == nil {
			host = &mapHost{name: clean(p.Host, maxShownText), cells: map[mapPort]worst{}, names: map[mapPort]string{}}
			byName[p.Host] = host
		}
		here := found.at(&p)
		at := mapPort{p.Port, p.Transport}
		cell := host.cells[at]
		cell.add(here)
		host.cells[at], host.names[at] = cell, service(p)
		host.worst.add(here)
	}
	hosts := make([]*mapHost, 0, len(byName))
	for _, host := range byName {
		hosts = append(hosts, host)
	}
	slices.SortFunc(hosts, byAddress)
	return hosts
}

func byAddress(a, b *mapHost) int { return compareHosts(a.name, b.name) }

// worstHosts keeps those of many hosts that matter most, in their order.
func worstHosts(hosts []*mapHost) []*mapHost {
	if len(hosts) <= maxMapHosts {
		return hosts
	}
	slices.SortStableFunc(hosts, func(a, b *mapHost) int {
		return cmp.Or(b.worst.rank()-a.worst.rank(), b.worst.count-a.worst.count)
	})
	hosts = hosts[:maxMapHosts]
	slices.SortFunc(hosts, byAddress)
	return hosts
}

// mapRows chooses the ports with the worst findings and then those most hosts have
// open, in order, and says how many are left out.
func mapRows(hosts []*mapHost) (rows []mapPort, left int) {
	severity, count := map[mapPort]int{}, map[mapPort]int{}
	for _, host := range hosts {
		for at, cell := range host.cells {
			severity[at] = max(severity[at], cell.rank())
			count[at]++
		}
	}
	for at := range count {
		rows = append(rows, at)
	}
	inOrder := func(a, b mapPort) int { return cmp.Or(a.port-b.port, strings.Compare(a.transport, b.transport)) }
	slices.SortFunc(rows, func(a, b mapPort) int {
		return cmp.Or(severity[b]-severity[a], count[b]-count[a], inOrder(a, b))
	})
	shown := rows[:min(len(rows), maxMapPorts)]
	slices.SortFunc(shown, inOrder)
	return shown, len(rows) - len(shown)
}

func (m *htmlMap) drawRows(rows []mapPort, hosts []*mapHost) {
	for i, at := range rows {
		y := m.Top + i*mapRow
		port := strconv.Itoa(at.port)
		if at.transport == engine.UDP {
			port += "/udp"
		}
		m.Rows = append(m.Rows, htmlMapRow{Y: y, TextY: y + mapRow - 6, Port: port, Service: usualService(at, hosts)})
	}
}

// usualService is what speaks at a port on most hosts.
func usualService(at mapPort, hosts []*mapHost) string {
	count := map[string]int{}
	best := ""
	for _, host := range hosts {
		name := host.names[at]
		if name == "" {
			continue
		}
		if count[name]++; count[name] > count[best] || count[name] == count[best] && name < best {
			best = name
		}
	}
	return fit(strings.TrimSuffix(best, "/udp"), 9)
}

func (m *htmlMap) drawHosts(hosts []*mapHost, width float64) {
	for i, host := range hosts {
		var ports []string
		for at := range host.cells {
			ports = append(ports, strconv.Itoa(at.port)+" "+host.names[at])
		}
		slices.SortFunc(ports, func(a, b string) int { return cmp.Or(len(portOf(a))-len(portOf(b)), strings.Compare(a, b)) })
		if n := len(ports) - maxTipPorts; n > 0 {
			ports = append(ports[:maxTipPorts], fmt.Sprintf("%d more", n))
		}
		title := host.name + ": " + strings.Join(ports, ", ")
		if host.worst.count > 0 {
			title += fmt.Sprintf(" · %s, the worst %s", plural(host.worst.count, "finding"), host.worst.class())
		}
		m.Hosts = append(m.Hosts, htmlMapHost{X: unit(mapLeft + float64(i)*width), Width: unit(width), Name: host.name, Title: title})
	}
}

func portOf(text string) string {
	port, _, _ := strings.Cut(text, " ")
	return port
}

// drawCells makes a path of each class; wide cells have a gap between them.
func (m *htmlMap) drawCells(hosts []*mapHost, rows []mapPort, width float64) {
	paths := map[string]*strings.Builder{}
	gap := 0.0
	if width >= 4 {
		gap = 1.5
	}
	for i, host := range hosts {
		for j, at := range rows {
			cell, ok := host.cells[at]
			if !ok {
				continue
			}
			class := cmp.Or(cell.class(), noFinding)
			if paths[class] == nil {
				paths[class] = &strings.Builder{}
			}
			fmt.Fprintf(paths[class], "M%s %dh%sv%dh-%sz", unit(mapLeft+float64(i)*width+gap/2), m.Top+j*mapRow+2, unit(width-gap), mapRow-4, unit(width-gap))
		}
	}
	for _, class := range append([]string{noFinding}, engine.SeverityWords()...) {
		if path := paths[class]; path != nil {
			m.Cells = append(m.Cells, htmlCells{class, path.String()})
		}
	}
}

// drawNames names each host, or each network where it has room for a name.
func (m *htmlMap) drawNames(hosts []*mapHost, width float64) {
	if m.Slanted {
		for i, host := range hosts {
			m.Names = append(m.Names, htmlMapName{X: unit(mapLeft + (float64(i)+0.5)*width), Text: fit(host.name, maxMapName)})
		}
		return
	}
	for from := 0; from < len(hosts); {
		to := from + 1
		for to < len(hosts) && networkOf(hosts[to].name) == networkOf(hosts[from].name) {
			to++
		}
		const perColumn = 6.5 // units a letter takes
		name, room := networkOf(hosts[from].name), float64(to-from)*width
		if float64(columns(name))*perColumn > room {
			name = ""
		}
		if room >= 8 {
			m.Names = append(m.Names, htmlMapName{X: unit(mapLeft + float64(from)*width), Line: true, Text: name})
		}
		from = to
	}
}

// networkOf is the /24 or /64 of an address, and the domain of a name.
func networkOf(name string) string {
	addr, err := netip.ParseAddr(name)
	if err != nil {
		_, domain, _ := strings.Cut(name, ".")
		return domain
	}
	bits := 64
	if addr.Is4() {
		bits = 24
	}
	prefix, _ := addr.WithZone("").Prefix(bits) // the length fits the family
	return prefix.String()
}

// unit writes a length with no more digits than can be seen.
func unit(n float64) string { return strconv.FormatFloat(float64(int(n*100+0.5))/100, 'f', -1, 64) }

// NameY is where slanted names begin.
func (m *htmlMap) NameY() int { return m.Top - 6 }

// PlotHeight is that of the rows.
func (m *htmlMap) PlotHeight() int { return m.Bottom - m.Top }
