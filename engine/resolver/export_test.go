package resolver

import "context"

// ReadHosts is readHosts for tests.
var ReadHosts = readHosts

// Window is window for tests.
type Window struct{ *window }

// NewWindow is newWindow for tests.
func NewWindow(most int) Window { return Window{newWindow(most)} }

// Enter is enter for tests.
func (w Window) Enter(ctx context.Context) error { return w.enter(ctx) }

// Leave is leave for tests.
func (w Window) Leave(lost bool) { w.leave(lost) }

// Size is how many questions may be out.
func (w Window) Size() int { return w.size }
