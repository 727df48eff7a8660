package action

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Input is one input of action.yml. An input that is empty is the same to the runner as
// one that is not given, so defaults are here; those that GitHub must expand are in
// action.yml.
type Input struct {
	Name     string
	Default  string   // what an empty one means, for people; "" is nothing
	Meaning  string   // one sentence, the description in action.yml
	Words    []string // all it may be; nil is anything
	Expanded string   // the default in action.yml, which GitHub expands
}

// Inputs lists every input once, in the order of the documentation.
func Inputs() []Input {
	yes := []string{"true", "false"}
	ways := []string{"cancel", "detach"}
	return []Input{
		{Name: "targets", Meaning: "What to scan, separated by commas or line breaks: host, IP address, CIDR, range, host:port, [v6]:port or URL. One of targets, targets-file, config and scan-id is needed."},
		{Name: "targets-file", Meaning: "File of targets, one a line; # begins a comment."},
		{Name: "config", Default: ".portolan.yml if present", Meaning: "File that declares targets, ports, profile, policy and what should be exposed."},
		{Name: "profile", Default: "default", Meaning: "How to scan: default, or words such as addresses=all, mode=connect, rate=1000, host_rate=50, max_bytes=5000000."},
		{Name: "ports", Default: "default", Meaning: "Ports, ranges and sets (common, default, all), such as 22,80,8000-8100,53/udp; ports of targets are added."},
		{Name: "exclude", Meaning: "Addresses and CIDRs never to touch."},
		{Name: "scan-id", Meaning: "Scan to attach to, of Terraform or of an earlier step, instead of creating one."},
		{Name: "label", Default: "<repository>@<short sha> <workflow>/<job>", Meaning: "Name of the scan."},
		{Name: "server", Default: "empty: the engine runs inside the job", Meaning: "Base URL of a Portolan server."},
		{Name: "token", Meaning: "API key, or USERID:TOKEN for basic; always masked."},
		{Name: "auth", Default: "auto", Meaning: "How to log in at the server: auto is token if there is one, else none.", Words: []string{"auto", "token", "basic", "oidc", "none"}},
		{Name: "oidc-audience", Default: "the server's URL", Meaning: "Audience of the identity that is exchanged for a key (auth oidc)."},
		{Name: "ca-file", Meaning: "File of certificates (PEM) to trust for the server instead of those of the machine."},
		{Name: "priority", Meaning: "Places to move the scan in the server's queue; negative is to the front."},
		{Name: "wait", Default: "true", Meaning: "Whether to wait for the scan; false only starts it, with the status pending.", Words: yes},
		{Name: "timeout", Default: "30m", Meaning: "How long to wait for everything; keep it below the job's own limit."},
		{Name: "poll-interval", Default: "2s", Meaning: "First time between two questions to a server; it grows by half up to 30s, and Retry-After counts more."},
		{Name: "on-timeout", Default: "cancel", Meaning: "What becomes of the scan when the time is out.", Words: ways},
		{Name: "on-cancel", Default: "cancel", Meaning: "What becomes of the scan when the job is cancelled.", Words: ways},
		{Name: "reuse", Default: "never", Meaning: "sha takes a complete scan of the same commit, targets and configuration instead of scanning again.", Words: []string{"never", "sha"}},
		{Name: "fail-on", Default: "high", Meaning: "Policy that fails the job: never, [new:]SEVERITY, SEVERITY>=N, rule:GLOB, expr:EXPRESSION; several with commas."},
		{Name: "warn-on", Default: "low", Meaning: "Policy of the same language whose findings become warnings."},
		{Name: "baseline", Default: "none", Meaning: "What was known before: a file, scan:ID, branch:NAME, auto (the last complete scan of the default branch; inside the job .portolan-baseline.json), or none."},
		{Name: "suppressions", Default: ".portolan-ignore.yml if present", Meaning: "Files of findings that are set aside, or none."},
		{Name: "allow-unreachable", Default: "false", Meaning: "Whether targets that do not answer leave the result complete.", Words: yes},
		{Name: "output-dir", Default: "a fresh folder under RUNNER_TEMP", Meaning: "Folder for the reports."},
		{Name: "summary", Default: "always", Meaning: "When to write the summary of the job.", Words: []string{"always", "on-findings", "never"}},
		{Name: "annotations", Default: "auto", Meaning: "Whether to annotate the lines that declare targets; auto is at most ten of each kind.", Words: []string{"auto", "none"}},
		{Name: "comment", Default: "never", Meaning: "When to comment on the pull request; one comment is kept up to date.", Words: []string{"never", "on-findings", "always"}},
		{Name: "upload-sarif", Default: "false", Meaning: "Whether to upload the findings to GitHub code scanning.", Words: yes},
		{Name: "github-token", Default: "${{ github.token }}", Meaning: "Token for the comment and the upload; always masked.", Expanded: "${{ github.token }}"},
		{Name: "binary", Meaning: "Program to run instead of the pinned release, for runners without internet."},
		{Name: "version", Default: "the release this action is pinned to", Meaning: "Release to run; it must be the pinned one, whose sha256 is known."},
		{Name: "download-url", Default: "the release on GitHub", Meaning: "Folder of a mirror that has the release's files."},
		{Name: "matrix", Default: "the job's matrix", Meaning: "Tells legs of a matrix apart; do not set it.", Expanded: "${{ toJSON(matrix) }}"},
	}
}

// inputPrefix begins the variables in which the runner hands inputs over.
const inputPrefix = "INPUT_"

// given are the inputs as the runner has them, by name, trimmed; without empty ones.
type given map[string]string

// readGiven reads the inputs. One that there is not is refused: a misspelt gate must
// not pass.
func readGiven(environ []string) (given, error) {
	g, known := given{}, inputNames()
	for _, pair := range environ {
		variable, value, _ := strings.Cut(pair, "=")
		word, isInput := strings.CutPrefix(variable, inputPrefix)
		if value = strings.TrimSpace(value); !isInput || value == "" {
			continue
		}
		name := strings.ToLower(word)
		if !slices.Contains(known, name) {
			return g, &engine.Error{
				Kind: engine.Invalid, Title: "Input is not known", Field: name, Detail: fmt.Sprintf("there is no input %q", name),
				Hint: engine.Meant(name, known, "the inputs are "+strings.Join(known, ", ")),
			}
		}
		g[name] = value
	}
	return g, nil
}

func inputNames() []string {
	var names []string
	for _, in := range Inputs() {
		names = append(names, in.Name)
	}
	return names
}

// or gives an input, or what it is if it is not given.
func (g given) or(name, fallback string) string {
	if value := g[name]; value != "" {
		return value
	}
	return fallback
}

// is reports whether an input that is a switch is on.
func (g given) is(name string) bool { return g.word(name) == "true" }

// word gives an input of few words; its default is one of them.
func (g given) word(name string) string {
	if value := g[name]; value != "" {
		return value
	}
	for _, in := range Inputs() {
		if in.Name == name {
			return in.Default
		}
	}
	return ""
}

// checkWords reports the first input that may be one of a few words and is another.
func (g given) checkWords() error {
	for _, in := range Inputs() {
		value := g[in.Name]
		if in.Words == nil || value == "" || slices.Contains(in.Words, value) {
			continue
		}
		return badInput(in.Name, fmt.Sprintf("%s is %q", in.Name, value), engine.Meant(strings.ToLower(value), in.Words, "write one of "+strings.Join(in.Words, ", ")))
	}
	return nil
}

// clash is two inputs that do not go together.
type clash struct {
	when bool
	name string // the input that is to be taken away
	why  string
}

// checkClashes reports inputs that contradict each other.
func (g given) checkClashes() error {
	has := func(name string) bool { return g[name] != "" }
	local := !has("server")
	scans := has("targets") || has("targets-file") || has("config")
	for _, c := range []clash{
		{has("scan-id") && scans, "scan-id", "scan-id attaches to a scan that has its targets"},
		{has("scan-id") && (has("ports") || has("exclude") || has("profile")), "scan-id", "scan-id attaches to a scan that has its ports, exclusions and profile"},
		{has("scan-id") && g["reuse"] == "sha", "reuse", "scan-id names the scan already"},
		{has("targets") && has("targets-file"), "targets-file", "targets and targets-file both say what to scan"},
		{local && has("scan-id"), "scan-id", "a scan can be attached to on a server only"},
		{local && has("token"), "token", "a token is for a server"},
		{local && g.word("auth") != "auto" && g["auth"] != "none", "auth", "there is no server to log in at"},
		{local && g["wait"] == "false", "wait", "an engine inside the job ends with it"},
		{local && (g["on-cancel"] == "detach" || g["on-timeout"] == "detach"), "on-cancel", "an engine inside the job ends with it, so its scan cannot go on"},
		{local && g["reuse"] == "sha", "reuse", "an engine inside the job knows no earlier scans"},
		{local && (has("priority") || has("ca-file") || has("oidc-audience")), "server", "priority, ca-file and oidc-audience are for a server"},
		{local && (strings.HasPrefix(g["baseline"], "scan:") || strings.HasPrefix(g["baseline"], "branch:")), "baseline", "an engine inside the job knows no earlier scans; name a file"},
		{(g["auth"] == "token" || g["auth"] == "basic") && !has("token"), "token", "the token is missing"},
		{(g["auth"] == "none" || g["auth"] == "oidc") && has("token"), "auth", "a token is given that would not be used"},
		{has("oidc-audience") && g["auth"] != "oidc", "oidc-audience", "the audience is for auth oidc"},
		{g["auth"] == "basic" && !strings.Contains(g["token"], ":"), "token", "basic wants USERID:TOKEN"},
	} {
		if c.when {
			return badInput(c.name, c.why, "take one of the two away, or set server")
		}
	}
	return nil
}

// checkServer keeps a password out of the log, which would show the URL.
func (g given) checkServer() error {
	if g["server"] == "" {
		return nil
	}
	u, err := url.Parse(g["server"])
	if err != nil || u.User != nil {
		return badInput("server", "it is no URL, or has a user name or password in it", "write it as https://portolan.example, and the key in token")
	}
	return nil
}

func badInput(name, detail, hint string) error {
	return &engine.Error{Kind: engine.Invalid, Title: "Input is not valid", Field: name, Detail: detail, Hint: hint}
}
