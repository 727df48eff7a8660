package discovery

// canaries are ports of a host that have answered and are asked again, to learn
// whether silence of others is theirs or that of a host that is asked too much.
type canaries struct {
	birds  [4]canary
	turn   int
	owed   int     // to be sent
	silent int     // attempts without an answer since the last was owed
	sent   int     // ever
	apart  int     // attempts at places since the last
	doubt  float64 // evidence that the host drops what it gets
}

// canary is one of them; at most one attempt at each is on its way.
type canary struct {
	place  int // -1 while there is none
	try    uint8
	sent   tick
	flying bool
}

const (
	// doubt is a CUSUM (Page, Continuous Inspection Schemes, 1954) of the logarithm of
	// how much better each fate of a canary is explained by a host that drops 60 %
	// than by a way that loses 10 %: ln(0.6/0.1) for one that is lost, ln(0.4/0.9)
	// for one that comes back. At doubtful the first is 1,100 times likelier, as with
	// four canaries lost in a row. Of many canaries four are lost in a row by accident,
	// so that after firstCanaries it must be certain, five in a row.
	lostDoubt, backDoubt = 1.792, -0.811
	doubtful, certain    = 7.0, 8.9
	firstCanaries        = 16

	// A canary is owed for every firstSilences silent attempts, later for mostSilences.
	firstSilences, mostSilences = 4, 16
	// canaryDistance is how many other attempts are between two, if there are any: four
	// at the head of a burst would all be taken in where the rest is dropped.
	canaryDistance = 8
)

func (c *canaries) empty() canaries {
	var none canaries
	for i := range none.birds {
		none.birds[i].place = -1
	}
	return none
}

// add remembers a place that has answered.
func (c *canaries) add(i int, try uint8) {
	for b := range c.birds {
		if c.birds[b].place < 0 {
			c.birds[b] = canary{place: i, try: try}
			return
		}
	}
}

// silence counts an attempt that was not answered.
func (c *canaries) silence(slow bool) {
	if c.birds[0].place < 0 {
		return
	}
	c.silent++
	wanted := min(mostSilences, firstSilences+c.sent)
	if slow {
		wanted = firstSilences
	}
	if c.silent >= wanted {
		c.silent = 0
		c.owed = min(len(c.birds), c.owed+1)
	}
}

// due tells whether one is owed and can be sent.
func (c *canaries) due() bool {
	return c.owed > 0 && c.free() != nil
}

func (c *canaries) free() *canary {
	for i := range c.birds {
		if b := &c.birds[(c.turn+i)%len(c.birds)]; b.place >= 0 && !b.flying {
			return b
		}
	}
	return nil
}

// next is the Try of the next attempt.
func (b *canary) next() uint8 { return (b.try + 1) & 15 }

// fly counts an attempt that was sent.
func (c *canaries) fly(b *canary, now tick) {
	b.try, b.sent, b.flying = b.next(), now, true
	c.turn = (c.turn + 1) % len(c.birds)
	c.owed--
	c.apart = 0
	c.sent++
}

// find gives the canary whose newest attempt that is.
func (c *canaries) find(i int, try uint8) *canary {
	for b := range c.birds {
		if c.birds[b].place == i && c.birds[b].try == try && c.birds[b].sent > 0 {
			return &c.birds[b]
		}
	}
	return nil
}

func (c *canaries) lost() { c.doubt += lostDoubt }

// doubtful tells whether the host must be taken for one that drops.
func (c *canaries) doubtful() bool {
	return c.doubt >= certain || c.doubt >= doubtful && c.sent <= firstCanaries
}

func (c *canaries) back() { c.doubt = max(0, c.doubt+backDoubt) }
