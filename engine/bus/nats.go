package bus

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Limits and clocks of the bus.
const (
	// MaxMessage is the largest message in bytes. Agents send batches of
	// [BatchBytes]; the rest is room for one document that is larger.
	MaxMessage = 8 << 20
	// BatchBytes is how much an agent puts into one report, more or less.
	BatchBytes = 512 << 10

	// ackWait is how long a task may be silent before somebody else gets it.
	// Agents say that they are at it three times as often, so that one lost
	// message does not cost a task.
	ackWait = 5 * time.Second
	// WorkingEvery is how often an agent says that it is still at a task.
	WorkingEvery = ackWait / 3

	releaseDelay = 250 * time.Millisecond

	startTimeout   = 10 * time.Second
	requestTimeout = 30 * time.Second
)

// Subjects of the agent protocol, version 1.
const (
	streamName   = "TASKS"
	consumerName = "agents"
	taskSubjects = "v1.tasks.>"
	beginSubject = "v1.begin"
	takeSubject  = "v1.report"
	stopSubject  = "v1.cancel"
)

func taskSubject(task engine.Task) string {
	return fmt.Sprintf("v1.tasks.%d.%d", task.ScanID, task.ID)
}

func scanSubject(scan engine.ScanID) string { return fmt.Sprintf("v1.tasks.%d.>", scan) }

// Bus is both ends of the bus in one process.
type Bus struct {
	server   *server.Server
	conn     *nats.Conn
	stream   jetstream.Stream
	js       jetstream.JetStream
	consumer jetstream.Consumer
	scratch  string
}

var (
	_ Control = (*Bus)(nil)
	_ Agent   = (*agentEnd)(nil)
)

// Embed starts a bus inside this process. It opens no port and keeps nothing.
func Embed(ctx context.Context) (*Bus, error) {
	scratch, err := scratchDir()
	if err != nil {
		return nil, err
	}
	b := &Bus{scratch: scratch}
	if err := b.open(ctx); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

func (b *Bus) open(ctx context.Context) (err error) {
	if b.server, err = startServer(b.scratch); err != nil {
		return err
	}
	if b.conn, err = connect(b.server); err != nil {
		return err
	}
	if b.js, err = jetstream.New(b.conn); err != nil {
		return fmt.Errorf("open JetStream: %w", err)
	}
	if err := b.openStream(ctx); err != nil {
		return err
	}
	// Now, not only at the end: a process that is killed cleans up nothing.
	return b.removeScratch()
}

func (b *Bus) removeScratch() error {
	if err := os.RemoveAll(b.scratch); err != nil {
		return fmt.Errorf("remove the bus's scratch folder: %w", err)
	}
	return nil
}

func (b *Bus) openStream(ctx context.Context) (err error) {
	b.stream, err = b.js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
		Name: streamName, Subjects: []string{taskSubjects}, Storage: jetstream.MemoryStorage, Retention: jetstream.WorkQueuePolicy,
	})
	if err != nil {
		return fmt.Errorf("make the task stream: %w", err)
	}
	b.consumer, err = b.stream.CreateOrUpdateConsumer(ctx, jetstream.ConsumerConfig{
		Durable: consumerName, AckPolicy: jetstream.AckExplicitPolicy, AckWait: ackWait, MaxDeliver: -1, MaxAckPending: -1,
	})
	if err != nil {
		return fmt.Errorf("make the task consumer: %w", err)
	}
	return nil
}

// Close ends the bus. Tasks on it are lost, as they may be at any moment.
func (b *Bus) Close() error {
	if b.conn != nil {
		b.conn.Close()
	}
	if b.server != nil {
		b.server.Shutdown()
		b.server.WaitForShutdown()
	}
	return b.removeScratch()
}
