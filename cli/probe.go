package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/spf13/pflag"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
	"github.com/portolan-io/terraform-provider-portolan/engine/stage"
)

// probeFlags are the flags of `portolan probe`.
type probeFlags struct {
	*stageFlags

	what   stage.Probing
	resume resumeFile[stage.ProbeCursor]
}

func parseProbe(t Terminal, args []string) (*probeFlags, error) {
	flags := pflag.NewFlagSet("portolan probe", pflag.ContinueOnError)
	f := &probeFlags{stageFlags: addStageFlags(flags, t)}
	file := flags.String("open-file", "", "file of open ports, one a line, as 192.0.2.1:80, [2001:db8::1]:53/udp or as discover prints them; - is standard input")
	flags.IntVar(&f.config.Profile.Rate, "rate", 0, "connections and datagrams a second at most; 0 has no limit")
	addResumeFlag(flags, &f.resume.name)
	if err := parse(flags, t, args); err != nil {
		return nil, err
	}
	if err := f.finish(); err != nil {
		return nil, err
	}
	f.what.Config = f.config
	for i, word := range flags.Args() {
		place, err := parsePlace(word)
		if err != nil {
			return nil, about(fmt.Sprintf("endpoints[%d]", i), err)
		}
		f.what.Places = append(f.what.Places, place)
	}
	return f, f.read(t, *file)
}

// read adds the endpoints of a file.
func (f *probeFlags) read(t Terminal, name string) error {
	if name == "" {
		return needPlaces(f.what.Places)
	}
	in, err := t.openInput("--open-file", name)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	for n, text := range lines(in) {
		if n < 0 {
			return badFile("--open-file", name, errors.New(text))
		}
		place, err := parsePlace(text)
		if err != nil {
			return about(fmt.Sprintf("--open-file %s:%d", name, n), err)
		}
		f.what.Places = append(f.what.Places, place)
	}
	return needPlaces(f.what.Places)
}

func needPlaces(list []stage.Place) error {
	if len(list) > 0 {
		return nil
	}
	return &engine.Error{Kind: engine.Invalid, Title: "No endpoints", Field: "endpoints", Detail: "there is nothing to speak to", Hint: "name endpoints such as 192.0.2.1:80, or a file of them with --open-file"}
}

// parsePlace reads "192.0.2.1:80", "[2001:db8::1]:53/udp", or a line of discover.
func parsePlace(text string) (stage.Place, error) {
	if strings.HasPrefix(text, "{") {
		var line stage.Open
		if err := json.Unmarshal([]byte(text), &line); err != nil || !line.IP.IsValid() || line.Port == 0 {
			return stage.Place{}, badEndpoint(text)
		}
		return placeOf(netip.AddrPortFrom(line.IP, line.Port), line.Transport, text)
	}
	place, transport, _ := strings.Cut(text, "/")
	parsed, err := netip.ParseAddrPort(place)
	if err != nil || parsed.Port() == 0 {
		return stage.Place{}, badEndpoint(text)
	}
	return placeOf(parsed, transport, text)
}

func placeOf(at netip.AddrPort, transport, text string) (stage.Place, error) {
	switch transport {
	case "", engine.TCP, engine.UDP:
		at = netip.AddrPortFrom(at.Addr().Unmap().WithZone(""), at.Port())
		return stage.Place{AddrPort: at, UDP: transport == engine.UDP}, nil
	}
	return stage.Place{}, badEndpoint(text)
}

func badEndpoint(text string) error {
	return &engine.Error{Kind: engine.Invalid, Title: "Endpoint is not valid", Detail: fmt.Sprintf("%q is not an address and port", text), Hint: "write 192.0.2.1:80, [2001:db8::1]:443 or 192.0.2.1:53/udp"}
}

// probe is `portolan probe`: services behind open ports, one JSON object a line.
func probe(ctx context.Context, t Terminal, args []string, _ string) (policy.Exit, error) {
	f, err := parseProbe(t, args)
	if err != nil {
		return policy.ExitPassed, err
	}
	return runStage(ctx, t, f.stageFlags, f.resume, "services", func(c course[stage.ProbeCursor]) (*stage.ProbeCursor, error) {
		f.what.From, f.what.Take, f.what.Progress = c.from, c.take, c.progress
		return stage.Probe(ctx, f.what)
	})
}
