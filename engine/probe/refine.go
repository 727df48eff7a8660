package probe

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Refiner is a probe of an application that speaks the protocol of another probe,
// as Elasticsearch speaks HTTP. It takes no part in the race of the probes: it runs
// on the same endpoint once that probe has been answered, if what was answered fits.
type Refiner interface {
	// Run does without TLS what RunTLS does inside. Both fail unless the peer proves
	// itself to be the application.
	Inner
	// Refines is the base protocol whose answers are looked at: "http".
	Refines() string
	// Fits reports whether the answers of an endpoint, at least one, may come from the
	// application. It goes by what they say and costs no connection.
	Fits(answers []engine.Response) bool
}

// Refine runs the refiners among the probes that fit the answers a probe has
// got from the endpoint, all at the same time. It gives the answers with those of
// the refiners before them, so that the first names what is there; a document they
// have both is one, with what each of them knows.
func Refine(ctx context.Context, probes []Probe, d Dialer, to engine.Endpoint, answers []engine.Response) []engine.Response {
	own := slices.DeleteFunc(slices.Clone(answers), func(r engine.Response) bool {
		return r.Port != int(to.Port) || r.IP != to.Addr.String()
	})
	if len(own) == 0 {
		return answers
	}
	results := make([]Result, len(probes))
	var running sync.WaitGroup
	for i, p := range probes {
		if refiner, ok := p.(Refiner); ok && refiner.Refines() == own[0].Base && refiner.Fits(own) {
			running.Go(func() { results[i] = run(ctx, refiner, d, to, own[0]) })
		}
	}
	running.Wait()
	var refined []engine.Response
	answers = slices.Clone(answers)
	for _, result := range results {
		if result.Outcome == engine.Answered {
			refined = append(refined, addTo(answers, result.Responses)...)
		}
	}
	return append(refined, answers...)
}

// run gives a refiner's documents what the first answer has told of TLS.
func run(ctx context.Context, refiner Refiner, d Dialer, to engine.Endpoint, first engine.Response) Result {
	if first.Protocol != first.Base+"s" {
		return refiner.Run(ctx, d, to)
	}
	result := refiner.RunTLS(ctx, d, to)
	for _, r := range result.Responses {
		for _, member := range []string{"tls", "certificate"} {
			if facts, ok := first.Blocks[member]; ok {
				r.Blocks[member] = facts
			}
		}
	}
	return result
}

// addTo adds to answers what refined documents of the same key know more, and gives
// those that are new.
func addTo(answers, refined []engine.Response) (fresh []engine.Response) {
	for _, r := range refined {
		key := r.Key()
		i := slices.IndexFunc(answers, func(answer engine.Response) bool { return answer.Key() == key })
		if i < 0 {
			fresh = append(fresh, r)
			continue
		}
		answers[i].Blocks = maps.Clone(answers[i].Blocks)
		for member, block := range r.Blocks {
			if _, ok := answers[i].Blocks[member]; !ok {
				answers[i].Blocks[member] = block
			}
		}
		answers[i].Tags = JoinTags(answers[i].Tags, r.Tags)
	}
	return fresh
}

// JoinTags adds tags; of two of the same product the one that knows its version stays.
func JoinTags(tags, more []engine.Tag) []engine.Tag {
	tags = slices.Clone(tags)
	for _, tag := range more {
		i := slices.IndexFunc(tags, func(other engine.Tag) bool { return other.Name == tag.Name })
		switch {
		case i < 0:
			tags = append(tags, tag)
		case tags[i].Version == "":
			tags[i] = tag
		}
	}
	return tags
}
