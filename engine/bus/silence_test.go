package bus_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/bus"
)

// TestAgentOutlastsSilence: an agent that missed signs of life, because its process was
// stopped for a while, asks again. Here nobody is there to answer, which it says.
func TestAgentOutlastsSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, err := bus.Embed(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		agent, ended := agentOf(b), make(chan error, 1)
		go func() {
			_, err := agent.Next(t.Context())
			ended <- err
		}()
		if err := b.FallSilent(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := <-ended; !errors.Is(err, nats.ErrNoResponders) {
			t.Errorf("the agent gave up without asking again: %v", err)
		}
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestFastAgentIsNotKeptWaiting takes tasks as fast as they come, in far less time than
// an agent that once forgot to ask for the next would lie still.
func TestFastAgentIsNotKeptWaiting(t *testing.T) {
	const tasks = 5000
	b := embed(t, &recorder{})
	for id := range tasks {
		if err := b.Feed(t.Context(), engine.Task{ScanID: 1, ID: engine.TaskID(id + 1)}); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	agent := agentOf(b)
	for n := range tasks {
		d, err := agent.Next(ctx)
		if err != nil {
			t.Fatalf("after %d tasks: %v", n, err)
		}
		if err := d.Ack(); err != nil {
			t.Fatal(err)
		}
	}
}
