package bus

import "context"

// FallSilent waits until an agent has asked for a task, then ends the other end of its
// request: no task and no sign of life comes any more, though the connection stays.
func (b *Bus) FallSilent(ctx context.Context) error {
	for {
		info, err := b.consumer.Info(ctx)
		if err != nil {
			return err
		}
		if info.NumWaiting > 0 {
			return b.server.DisableJetStream()
		}
	}
}
