package engine

// About describes a running engine. Its JSON form is the answer of GET /api/engine/
// (an endpoint of our own).
type About struct {
	EngineID string `json:"engine_id"` // names the store for good, see store.Store
	Version  string `json:"version"`
	Mode     string `json:"mode"` // [ModeEmbedded] or [ModeServer]
	DataDir  string `json:"data_dir,omitempty"`

	// Capabilities are what it can do and another may not, in alphabetical order.
	Capabilities []string `json:"capabilities"`
}

// Capabilities of an engine.
const (
	CapableOfSYN             = "syn"             // it may open raw sockets, so it scans by bare SYN packets
	CapableOfVulnerabilities = "vulnerabilities" // a list of known vulnerabilities is imported
)

// Modes of an engine.
const (
	ModeEmbedded = "embedded" // inside a process of the user's, who owns the machine
	ModeServer   = "server"   // portolan serve
)
