package engine

import "encoding/json"

// Service is what speaks at an open port, as far as could be told. Its texts come from
// the scanned host and are hostile.
type Service struct {
	Protocol string `json:"protocol"` // with its variant: "https"
	Product  string `json:"product"`
	Version  string `json:"version"`
}

// Services is what speaks where, of one scan, learnt from its documents in any order. A
// place has a name where a document has one, as web servers answer each differently.
// The zero Services knows nothing.
type Services struct {
	at map[Endpoint]*said // places without a target
}

// Learn reads the JSON of a [Response].
func (s *Services) Learn(data json.RawMessage) error {
	one, isPlaced, err := ReadSaying(data)
	if err != nil || !isPlaced {
		return err
	}
	if s.at == nil {
		s.at = map[Endpoint]*said{}
	}
	place := one.place()
	if s.at[place] == nil {
		s.at[place] = &said{}
	}
	s.at[place].take(&one)
	return nil
}

// ServedPort is an open port and what speaks there; nothing in Service where that could
// not be told.
type ServedPort struct {
	Endpoint
	Service
}

// At gives what speaks at an endpoint: under its name, or whatever the name is.
func (s Services) At(e Endpoint) Service {
	for _, at := range []Endpoint{e.place(), e.port()} {
		if said, ok := s.at[at]; ok {
			return said.service
		}
	}
	return Service{}
}
