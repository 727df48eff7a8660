package client

import (
	"io"
	"iter"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// ReadEvents reads the events of one connection.
func (c *Client) ReadEvents(r io.Reader) iter.Seq2[engine.Event, error] { return c.events(r) }
