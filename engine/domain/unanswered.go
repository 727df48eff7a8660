package domain

import (
	"context"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// noteUnanswered writes down what was asked and not answered about the name and its zone.
// What an earlier examination saw there may still be so; questions about others, such as
// where mail goes, say nothing about that.
func (x *examination) noteUnanswered(ctx context.Context) {
	var list []string
	within := dns.CanonicalName(x.name)
	if x.block.Zone != "" {
		within = dns.CanonicalName(x.block.Zone)
	}
	x.lock.Lock()
	defer x.lock.Unlock()
	for asked, q := range x.asked {
		if q.answer.state == unknown && dns.IsSubDomain(within, asked.name) {
			list = append(list, dns.TypeToString[asked.kind]+" "+dotless(asked.name))
		}
	}
	if ctx.Err() != nil {
		list = append(list, "the time was over")
	}
	for _, s := range x.block.Servers {
		if s.State == ServerSilent || s.State == ServerNotAsked {
			list = append(list, engine.UnansweredServer+s.Name)
		}
	}
	if sts := x.block.MTASTS; sts != nil && sts.State == Valid && sts.Policy == nil {
		list = append(list, engine.UnansweredPolicy+"mta-sts."+strings.TrimSuffix(x.name, "."))
	}
	slices.Sort(list)
	x.block.Unanswered = list[:min(len(list), maxRecords)]
}
