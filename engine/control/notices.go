package control

import (
	"fmt"
	"slices"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// What is to be told is put on record as deliveries, in the transaction that makes it
// true: a killed process has told somebody of it, or it has not happened. The key of a
// delivery says what it is about, so that what is merged or ended again is told once.

// tellEnd tells of the end of a scan.
func tellEnd(tx store.Tx, scan *engine.Scan) error {
	owner, err := tx.User(scan.OwnerID)
	if engine.KindOf(err) == engine.NotFound {
		return nil // there is nobody to be told
	}
	if err != nil {
		return err
	}
	events := map[engine.State]engine.NoticeEvent{
		engine.StateDone: engine.NoticeScanDone, engine.StateFailed: engine.NoticeScanFailed, engine.StateCancelled: engine.NoticeScanCancelled,
	}
	notice := engine.Notice{Event: events[scan.State()], At: now(), Scan: engine.NoticeOf(scan)}
	if err := tell(tx, owner.Party(), fmt.Sprintf("%s/%d", notice.Event, scan.ID), notice, nil); err != nil {
		return err
	}
	if scan.State() != engine.StateFailed || scan.ScheduleID == 0 {
		return nil
	}
	return tellScheduledEnd(tx, owner.Party(), notice, scan)
}

// tellScheduledEnd tells that the scan of a schedule has failed.
func tellScheduledEnd(tx store.Tx, party engine.Party, notice engine.Notice, scan *engine.Scan) error {
	schedule, err := declared[engine.Schedule](tx, party, scan.ScheduleID)
	if engine.KindOf(err) == engine.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	notice.Event = engine.NoticeScheduleFailed
	notice.Schedule = &engine.NoticeSchedule{
		ID: scan.ScheduleID, Name: schedule.Name, Outcome: engine.RunStarted, Reason: "its scan failed: " + scan.LastStep(), NextRunAt: schedule.NextRunAt,
	}
	return tell(tx, party, fmt.Sprintf("%s/scan/%d", notice.Event, scan.ID), notice, schedule.FailNotify)
}

// tellRun tells that a planned run made no scan although it should have.
func tellRun(tx store.Tx, party engine.Party, schedule *engine.Schedule, run engine.ScheduleRun) error {
	if run.Outcome != engine.RunRefused && run.Outcome != engine.RunMissed {
		return nil
	}
	notice := engine.Notice{Event: engine.NoticeScheduleFailed, At: run.At, Schedule: &engine.NoticeSchedule{
		ID: run.ScheduleID, Name: schedule.Name, PlannedAt: &run.PlannedAt, Outcome: run.Outcome, Reason: run.Reason, NextRunAt: schedule.NextRunAt,
	}}
	return tell(tx, party, fmt.Sprintf("%s/run/%d/%d", notice.Event, run.ScheduleID, run.PlannedAt.UnixMicro()), notice, schedule.FailNotify)
}

// tell puts a notice on record for the notifications of a party that are for it, and for
// those named also.
func tell(tx store.Tx, party engine.Party, key string, notice engine.Notice, also []engine.RecordID) error {
	list, err := notificationsOf(tx, party)
	for i := range list {
		n := &list[i]
		if err == nil && (n.IsFor(notice.Event) || n.IsEnabled() && slices.Contains(also, n.ID)) {
			err = post(tx, n.ID, key, notice)
		}
	}
	return err
}

func post(tx store.Tx, to engine.RecordID, key string, notice engine.Notice) error {
	d, err := engine.NewDelivery(to, key, notice)
	if err != nil {
		return err
	}
	return tx.InsertDelivery(d)
}

func notificationsOf(tx store.Tx, party engine.Party) ([]engine.Notification, error) {
	records, err := tx.Records(store.RecordFilter{Kind: engine.NotificationKind, Party: party})
	list := make([]engine.Notification, len(records))
	for i, record := range records {
		if err == nil {
			err = record.Declare(&list[i])
		}
	}
	return list, err
}

// tellFound tells what a scan has found that was not there before, or not any more.
func tellFound(tx store.Tx, scan *engine.Scan) error {
	owner, err := tx.User(scan.OwnerID)
	if engine.KindOf(err) == engine.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	list, err := notificationsOf(tx, owner.Party())
	for i := range list {
		if err == nil {
			err = tellFoundTo(tx, owner.Party(), &list[i], scan)
		}
	}
	return err
}

func tellFoundTo(tx store.Tx, party engine.Party, n *engine.Notification, scan *engine.Scan) error {
	if !n.IsFor(engine.NoticeFindingsNew) && !n.IsFor(engine.NoticeIssueNew) && !n.IsFor(engine.NoticeIssueRevived) {
		return nil
	}
	filter := store.IssueFilter{Party: party, TurnedBy: scan.ID, Severities: severitiesFrom(n.MinSeverity), Size: engine.MaxNoticeIssues}
	issues, err := tx.Issues(filter)
	if err != nil || len(issues) == 0 {
		return err
	}
	notice := engine.Notice{At: now(), Scan: engine.NoticeOf(scan)}
	for _, issue := range engine.NoticesOf(issues) {
		one := notice
		one.Event, one.Issues = engine.NoticeIssueNew, []engine.NoticeIssue{issue}
		if issue.State == engine.IssueRevived {
			one.Event = engine.NoticeIssueRevived
		}
		if n.IsFor(one.Event) {
			if err := post(tx, n.ID, fmt.Sprintf("%s/%d/%d", one.Event, issue.ID, scan.ID), one); err != nil {
				return err
			}
		}
	}
	if !n.IsFor(engine.NoticeFindingsNew) {
		return nil
	}
	counts, err := tx.CountIssues(filter)
	if err != nil {
		return err
	}
	notice.Event, notice.Issues, notice.Counts = engine.NoticeFindingsNew, engine.NoticesOf(issues), sumOf(counts)
	return post(tx, n.ID, fmt.Sprintf("%s/%d", notice.Event, scan.ID), notice)
}

func severitiesFrom(floor engine.Severity) (list []engine.Severity) {
	for _, s := range engine.Severities() {
		if s.AtLeast(floor) {
			list = append(list, s)
		}
	}
	return list
}

// sumOf counts issues of whatever state.
func sumOf(counts engine.IssueCounts) *engine.SeverityCounts {
	sum := &engine.SeverityCounts{}
	for _, state := range engine.IssueStates() {
		of := counts.Of(state)
		for severity, n := range map[engine.Severity]int{
			engine.Critical: of.Critical, engine.High: of.High, engine.Medium: of.Medium, engine.Low: of.Low, engine.Info: of.Info,
		} {
			sum.Add(severity, n)
		}
	}
	return sum
}
