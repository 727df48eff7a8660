package lab

import "time"

// A wheel keeps replies until they are due: a ring of slots, each as long as
// granularity, so that adding and taking cost the same however many there are. A
// reply that is due after more than a turn lies in its slot until its turn comes.
const (
	granularity = int64(100 * time.Microsecond)
	slots       = 8192 // a turn of 0.8 s
)

type wheel struct {
	ring    [slots][]reply
	turned  int64 // slots that have been sent, counted from the clock's beginning
	waiting int
}

// add gives the place to write a reply that is due at a time of the clock.
func (w *wheel) add(due int64) *reply {
	number := max(due/granularity, w.turned)
	slot := &w.ring[number%slots]
	if len(*slot) < cap(*slot) {
		*slot = (*slot)[:len(*slot)+1]
	} else {
		*slot = append(*slot, reply{})
	}
	w.waiting++
	r := &(*slot)[len(*slot)-1]
	r.due = due
	return r
}

// take hands out what is due.
func (w *wheel) take(now int64, send func(*reply)) {
	last := now / granularity
	first := max(w.turned, last-slots+1) // one turn passes by every slot
	for number := first; number <= last && w.waiting > 0; number++ {
		w.takeSlot(number, send)
	}
	w.turned = last // more may still be added to it
}

func (w *wheel) takeSlot(number int64, send func(*reply)) {
	slot := &w.ring[number%slots]
	kept := 0
	for i := range *slot {
		r := &(*slot)[i]
		if r.due/granularity > number {
			(*slot)[kept] = *r
			kept++
			continue
		}
		send(r)
		w.waiting--
	}
	*slot = (*slot)[:kept]
}

// next is when something is due; ok is false while there is nothing.
func (w *wheel) next() (due int64, ok bool) {
	if w.waiting == 0 {
		return 0, false
	}
	for number := w.turned; number < w.turned+slots; number++ {
		for i := range w.ring[number%slots] {
			if r := &w.ring[number%slots][i]; r.due/granularity <= number {
				return number * granularity, true
			}
		}
	}
	return (w.turned + slots) * granularity, true
}
