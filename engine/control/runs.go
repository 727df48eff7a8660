package control

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
)

// run is a scan this process is running.
type run struct {
	scan   engine.ScanID
	scope  engine.Scope // of every task
	cancel context.CancelFunc

	declaration engine.Declaration    // of what the scan expects
	checks      engine.CheckSelection // that the scan asks

	news   signal         // a report came in
	spoilt chan error     // holds why the run cannot go on
	doubt  signal         // it is time to look whether the bus has lost a task
	busy   sync.WaitGroup // reports that are being taken
}

// runs is every scan this process is running.
type runs struct {
	lock    sync.Mutex
	byID    map[engine.ScanID]*run
	indices map[engine.ScanID]index.Index // of those whose tasks are on the bus
}

func newRuns() *runs {
	return &runs{byID: map[engine.ScanID]*run{}, indices: map[engine.ScanID]index.Index{}}
}

func (r *runs) add(one *run) {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.byID[one.scan] = one
}

func (r *runs) remove(id engine.ScanID) {
	r.lock.Lock()
	defer r.lock.Unlock()
	delete(r.byID, id)
	delete(r.indices, id)
}

// open says that reports of a scan may come in, and where they go.
func (r *runs) open(id engine.ScanID, ix index.Index) {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.indices[id] = ix
}

// shut says that reports of a scan come too late from now on, and waits for those
// that are being taken.
func (r *runs) shut(id engine.ScanID) {
	r.lock.Lock()
	delete(r.indices, id)
	one := r.byID[id]
	r.lock.Unlock()
	if one != nil {
		one.busy.Wait()
	}
}

// has reports whether a scan is running here and its end is not on record yet.
func (r *runs) has(id engine.ScanID) bool {
	r.lock.Lock()
	defer r.lock.Unlock()
	return r.byID[id] != nil
}

// reporting gives the run of a scan and where its reports go, nil if there is no
// such run here. Whoever gets one says when it is done with it: one.busy.Done.
func (r *runs) reporting(id engine.ScanID) (*run, index.Index) {
	r.lock.Lock()
	defer r.lock.Unlock()
	ix := r.indices[id]
	if ix == nil {
		return nil, nil
	}
	one := r.byID[id]
	one.busy.Add(1)
	return one, ix
}

func (r *runs) ids() []engine.ScanID {
	r.lock.Lock()
	defer r.lock.Unlock()
	return slices.Collect(maps.Keys(r.byID))
}

// doubtBus has every run look whether the bus has lost a task of its. The bus may lose
// anything at any moment, and nothing else would feed that task again.
func (r *runs) doubtBus() {
	r.lock.Lock()
	defer r.lock.Unlock()
	for _, one := range r.byID {
		one.doubt.raise()
	}
}

// stop ends the run of a scan, if it runs here.
func (r *runs) stop(id engine.ScanID) {
	r.lock.Lock()
	defer r.lock.Unlock()
	if one := r.byID[id]; one != nil {
		one.cancel()
	}
}
