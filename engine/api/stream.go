package api

import (
	"bufio"
	"errors"
	"net/http"
	"sync"
	"time"
)

const (
	streamBuffer = 32 << 10
	// flushDelay is how long a line may wait for company: short enough to look
	// immediate, long enough that a fast stream goes out in whole buffers.
	flushDelay = 100 * time.Millisecond
)

// Stream is an answer that is sent as it comes into being.
type Stream struct {
	lock       sync.Mutex // guards all below
	buffer     *bufio.Writer
	controller *http.ResponseController
	timer      *time.Timer // runs while something waits in the buffer
	closed     bool
	err        error
}

func newStream(w http.ResponseWriter) *Stream {
	s := &Stream{buffer: bufio.NewWriterSize(w, streamBuffer), controller: http.NewResponseController(w)}
	s.timer = time.AfterFunc(flushDelay, s.flush)
	return s
}

// Write adds to the answer. An error says that the client has gone.
func (s *Stream) Write(p []byte) (int, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.err != nil {
		return 0, s.err
	}
	if s.buffer.Buffered() == 0 {
		s.extendLocked()
		s.timer.Reset(flushDelay)
	}
	n, err := s.buffer.Write(p)
	s.err = err
	return n, err
}

// Close sends what is left.
func (s *Stream) Close() error {
	s.flush()
	s.lock.Lock()
	defer s.lock.Unlock()
	s.closed = true
	s.timer.Stop()
	return s.err
}

// flush runs in the timer's goroutine too; after Close the answer is no longer ours.
func (s *Stream) flush() {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.closed || s.err != nil {
		return
	}
	s.extendLocked()
	if s.err = s.buffer.Flush(); s.err != nil {
		return
	}
	if err := s.controller.Flush(); !errors.Is(err, http.ErrNotSupported) {
		s.err = err
	}
}

func (s *Stream) extendLocked() {
	// Where there are no deadlines none has to be moved.
	_ = s.controller.SetWriteDeadline(time.Now().Add(writeTime))
}
