package peer

import (
	"encoding/json"
	"net/netip"
	"strings"
)

// resolvers look names up.
func resolvers() []Program {
	return []Program{
		{Name: Resolve, Path: Portolan, Stage: Names, Args: resolve, Read: readPortolanName},
		{Name: ZDNS, Path: "zdns", Stage: Names, Args: zdns, Read: readZDNS},
		{Name: DNSX, Path: "dnsx", Stage: Names, Args: dnsx, Read: readDNSX},
	}
}

func resolve(t Task) []string {
	return []string{
		"resolve", "--targets-file", t.Targets, "--family", "4", "--resolvers", t.Server, "--format", "jsonl", "-o", t.Out,
	}
}

func zdns(t Task) []string {
	return []string{
		"A", "--name-servers=" + t.Server, "--threads=1000", "--input-file=" + t.Targets, "--output-file=" + t.Out,
	}
}

func dnsx(t Task) []string {
	return []string{"-l", t.Targets, "-a", "-r", t.Server, "-t", "1000", "-json", "-omit-raw", "-o", t.Out, "-silent", "-duc", "-auth=false", "-nc"}
}

func readPortolanName(line []byte, into *Findings) error {
	var found struct {
		Name      string       `json:"name"`
		Addresses []netip.Addr `json:"addresses"`
	}
	if err := json.Unmarshal(line, &found); err != nil {
		return err
	}
	into.answer(found.Name, len(found.Addresses))
	return nil
}

func readZDNS(line []byte, into *Findings) error {
	var found struct {
		Name    string `json:"name"`
		Results map[string]struct {
			Data struct {
				Answers []struct {
					Answer string `json:"answer"`
				} `json:"answers"`
			} `json:"data"`
		} `json:"results"`
	}
	if err := json.Unmarshal(line, &found); err != nil {
		return err
	}
	into.answer(found.Name, len(found.Results["A"].Data.Answers))
	return nil
}

func readDNSX(line []byte, into *Findings) error {
	var found struct {
		Host string   `json:"host"`
		A    []string `json:"a"`
	}
	if err := json.Unmarshal(line, &found); err != nil {
		return err
	}
	into.answer(found.Host, len(found.A))
	return nil
}

func (f *Findings) answer(name string, addresses int) {
	if addresses > 0 {
		f.Answered[strings.TrimSuffix(name, ".")] = true
	}
}
