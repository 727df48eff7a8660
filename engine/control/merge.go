package control

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// The findings of a scan become issues in two passes. The first takes note of every
// finding; the second looks at what the party had before, and is there no more as far
// as the scan can tell. Both go in batches, each one transaction that also records how
// far it came ([store.Merge]): whoever is killed is gone on from there, and of two who
// merge the same scan one gives up. A scan that did not end well skips the second pass.

const (
	// mergeBatch is how many findings or issues one transaction takes: others want to
	// write too.
	mergeBatch = 500
	// mergeScans is how many scans are looked for at once that others left unmerged.
	mergeScans = 1000
	// mergeTargets is up to how many targets it pays to look for their issues alone.
	mergeTargets = 1000
)

// errMerging says that somebody else merges the scan at the same time.
var errMerging = errors.New("somebody else merges the scan")

// merge is one scan whose findings become issues.
type merge struct {
	*Control

	scan engine.Scan // as it ends
	at   time.Time   // when it does: never before it began, whatever the clock did meanwhile
	ix   index.Index
	mark store.Merge
}

// keepMerged merges what ended without being merged until ctx is done: scans that were
// cancelled or failed, and those whose process was killed. One that cannot be is tried
// again an hour later.
func (c *Control) keepMerged(ctx context.Context) {
	tick := time.NewTicker(tidyTime)
	defer tick.Stop()
	failed := map[engine.ScanID]bool{}
	for {
		c.report(ctx, "merge issues", c.mergeLeft(ctx, failed))
		select {
		case <-c.ended:
		case <-tick.C:
			clear(failed)
		case <-ctx.Done():
			return
		}
	}
}

// Merge makes issues of what scans have found that ended without that being done. It may
// be killed at any point: the next one goes on from there.
func (c *Control) Merge(ctx context.Context) error {
	return c.mergeLeft(ctx, map[engine.ScanID]bool{})
}

// mergeLeft merges what is left but for those that failed before, and notes those that do.
func (c *Control) mergeLeft(ctx context.Context, failed map[engine.ScanID]bool) error {
	var left []engine.ScanID
	err := c.Store.View(ctx, func(tx store.Tx) (err error) {
		left, err = tx.Unmerged(mergeScans)
		return err
	})
	failures := []error{err}
	for _, id := range left {
		if failed[id] {
			continue
		}
		if err := c.mergeEnded(ctx, id); err != nil {
			failed[id] = true
			failures = append(failures, fmt.Errorf("scan %d: %w", id, err))
		}
	}
	if len(left) == mergeScans && len(failed) < mergeScans {
		c.ended.raise() // there are more
	}
	return errors.Join(failures...)
}

// mergeEnded merges a scan whose end is on record.
func (c *Control) mergeEnded(ctx context.Context, id engine.ScanID) error {
	var scan engine.Scan
	err := c.Store.View(ctx, func(tx store.Tx) (err error) {
		scan, err = tx.Scan(id)
		return err
	})
	if engine.KindOf(err) == engine.NotFound || scan.DeletedAt != nil {
		return nil // restored, it is merged then
	}
	if err != nil {
		return err
	}
	return c.merge(ctx, scan)
}

// mergeEnding merges a scan all of whose tasks have ended, before that is on record, so
// that whoever waits for the end finds its issues. What it says of a scan that is
// cancelled this very moment holds: nothing was left to be done.
func (c *Control) mergeEnding(ctx context.Context, id engine.ScanID, ix index.Index) error {
	progress, err := ix.Progress(ctx)
	if err != nil {
		return err
	}
	var scan engine.Scan
	err = c.Store.View(ctx, func(tx store.Tx) (err error) {
		scan, err = tx.Scan(id)
		return err
	})
	if err != nil || scan.State().Final() {
		return err
	}
	count(&scan, progress)
	state, _ := verdictOf(progress)
	if err := scan.Advance(state, "", now()); err != nil {
		return err
	}
	return c.merge(ctx, scan)
}

func (c *Control) merge(ctx context.Context, scan engine.Scan) error {
	if err := c.expireIssues(ctx); err != nil {
		return err
	}
	m := &merge{Control: c, scan: scan, at: *scan.EndedAt}
	if m.at.Before(*scan.StartedAt) {
		m.at = *scan.StartedAt
	}
	err := c.Store.View(ctx, func(tx store.Tx) (err error) {
		m.mark, err = tx.Merge(scan.ID)
		return err
	})
	if err != nil || m.mark.Done {
		return err
	}
	m.ix, err = c.Shelf.Open(ctx, scan.ID)
	switch engine.KindOf(err) {
	case "":
		err = m.run(ctx)
	case engine.NotFound:
		err = m.update(ctx, m.done) // it is gone, or the scan was just deleted
	}
	if errors.Is(err, errMerging) {
		return nil
	}
	return err
}

func (m *merge) run(ctx context.Context) error {
	if err := m.findings(ctx); err != nil {
		return err
	}
	sight, err := m.sight(ctx)
	if err != nil {
		return err
	}
	for !m.mark.Done {
		if err := m.update(ctx, func(tx store.Tx, next *store.Merge) error { return m.missed(tx, sight, next) }); err != nil {
			return err
		}
	}
	return nil
}

// update runs one batch in a transaction, with the mark where it stood before.
func (m *merge) update(ctx context.Context, batch func(store.Tx, *store.Merge) error) error {
	var next store.Merge
	err := m.Store.Update(ctx, func(tx store.Tx) (err error) {
		if next, err = tx.Merge(m.scan.ID); err != nil {
			return err
		}
		if next != m.mark {
			return errMerging
		}
		if err := batch(tx, &next); err != nil {
			return err
		}
		if next.Done {
			if err := tellFound(tx, &m.scan); err != nil {
				return err
			}
		}
		return tx.SaveMerge(next)
	})
	if err == nil {
		m.mark = next
		m.noticed.raise()
	}
	return err
}

// done ends the merge of a scan without an index, unless that is only out of sight.
func (m *merge) done(tx store.Tx, next *store.Merge) error {
	scan, err := tx.Scan(m.scan.ID)
	next.Done = scan.DeletedAt == nil
	return err
}

// findings is the first pass. The order of an index that nothing is added to stays the
// same, so those that were merged before are the first ones.
func (m *merge) findings(ctx context.Context) error {
	batch := make([]engine.Finding, 0, mergeBatch)
	save := func(tx store.Tx, next *store.Merge) error {
		next.Findings += len(batch)
		return m.seen(tx, batch)
	}
	place, merged := 0, m.mark.Findings
	for finding, err := range m.ix.Findings(ctx, index.FindingFilter{}, 0) {
		if err != nil {
			return err
		}
		if place++; place <= merged {
			continue
		}
		if batch = append(batch, finding); len(batch) < mergeBatch {
			continue
		}
		if err := m.update(ctx, save); err != nil {
			return err
		}
		batch = batch[:0]
	}
	if len(batch) == 0 {
		return nil
	}
	return m.update(ctx, save)
}

// seen takes note of findings.
func (m *merge) seen(tx store.Tx, findings []engine.Finding) error {
	party, err := m.party(tx)
	if err != nil {
		return err
	}
	known, err := issuesOf(tx, party, findings)
	if err != nil {
		return err
	}
	issues := make([]*engine.Issue, 0, len(findings))
	for i := range findings {
		f := &findings[i]
		issue := known[f.Fingerprint]
		if issue == nil {
			issue = new(engine.NewIssue(m.scan.OwnerID, party, f.Fingerprint))
		}
		issue.See(f, m.scan.ID, m.at)
		issues = append(issues, issue)
	}
	return tx.SaveIssues(issues)
}

// party is whose issues the findings become.
func (m *merge) party(tx store.Tx) (engine.Party, error) {
	owner, err := tx.User(m.scan.OwnerID)
	return owner.Party(), err
}

// issuesOf gives the issues of findings by fingerprint.
func issuesOf(tx store.Tx, party engine.Party, findings []engine.Finding) (map[string]*engine.Issue, error) {
	if len(findings) == 0 {
		return nil, nil
	}
	fingerprints := make([]string, len(findings))
	for i := range findings {
		fingerprints[i] = findings[i].Fingerprint
	}
	issues, err := tx.Issues(store.IssueFilter{Party: party, Fingerprints: fingerprints, ByID: true})
	known := make(map[string]*engine.Issue, len(issues))
	for i := range issues {
		known[issues[i].Fingerprint] = &issues[i]
	}
	return known, err
}

// sight is what the scan can tell of what it did not find; nothing if it did not end well.
func (m *merge) sight(ctx context.Context) (engine.Sight, error) {
	results := engine.Results{Scan: m.scan}
	if !m.scan.Complete() {
		return engine.NewSight(results), nil
	}
	err := m.readPlaces(ctx, m.ix, &results)
	return engine.NewSight(results), err
}

// missed is a batch of the second pass: it goes through the issues that were there
// before the scan began. Those it has seen itself are not among them.
func (m *merge) missed(tx store.Tx, sight engine.Sight, next *store.Merge) error {
	if !sight.Complete() {
		next.Done = true
		return nil
	}
	party, err := m.party(tx)
	if err != nil {
		return err
	}
	issues, err := tx.Issues(store.IssueFilter{
		Party: party, There: *m.scan.StartedAt, Targets: namedTargets(m.scan.Targets), AfterID: next.Looked, ByID: true, Size: mergeBatch,
	})
	if err != nil {
		return err
	}
	next.Done = len(issues) < mergeBatch
	var gone []*engine.Issue
	for i := range issues {
		issue := &issues[i]
		if next.Looked = issue.ID; sight.Finding(issue.Rule, issue.Place()) {
			issue.Miss(m.scan.ID, *m.scan.StartedAt, m.at)
			gone = append(gone, issue)
		}
	}
	return tx.SaveIssues(gone)
}

// namedTargets gives the targets of a scan of single hosts, so that not all issues of the
// party have to be read; nil for any other.
func namedTargets(targets []engine.Target) []engine.Target {
	if len(targets) > mergeTargets || engine.AddressCount(targets) > int64(len(targets)) {
		return nil
	}
	return targets
}

// expireIssues ends the acceptances whose time is up.
func (c *Control) expireIssues(ctx context.Context) error {
	at := now()
	due := store.IssueFilter{ExpiredBy: at, ByID: true, Size: mergeBatch}
	for {
		var issues []engine.Issue
		look := func(tx store.Tx) (err error) {
			issues, err = tx.Issues(due)
			return err
		}
		if err := c.Store.View(ctx, look); err != nil || len(issues) == 0 {
			return err
		}
		err := c.Store.Update(ctx, func(tx store.Tx) error {
			if err := look(tx); err != nil {
				return err
			}
			return tx.SaveIssues(expired(issues, at))
		})
		if err != nil {
			return err
		}
	}
}

func expired(issues []engine.Issue, at time.Time) []*engine.Issue {
	pointers := make([]*engine.Issue, len(issues))
	for i := range issues {
		issues[i].Expire(at)
		pointers[i] = &issues[i]
	}
	return pointers
}
