package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Append implements [index.Index].
func (ix *scanIndex) Append(ctx context.Context, report engine.Report) error {
	return ix.use(ctx, func(f *file) error {
		var fields *fieldWriter
		err := f.update(ctx, func(tx *sql.Tx) (err error) {
			if fields, err = newFieldWriter(ctx, tx, &f.fields); err != nil {
				return err
			}
			return saveReport(ctx, tx, fields, report)
		})
		if err != nil {
			return fmt.Errorf("append report of task %d: %w", report.TaskID, err)
		}
		fields.commit()
		return nil
	})
}

func saveReport(ctx context.Context, tx *sql.Tx, fields *fieldWriter, report engine.Report) error {
	if err := saveDocuments(ctx, tx, fields, report.Responses); err != nil {
		return err
	}
	for _, finding := range report.Findings {
		if err := saveFinding(ctx, tx, finding); err != nil {
			return err
		}
	}
	for _, endpoint := range report.Open {
		if err := saveOpenPort(ctx, tx, endpoint); err != nil {
			return err
		}
	}
	for _, host := range report.Up {
		if err := saveHost(ctx, tx, host); err != nil {
			return err
		}
	}
	if !report.Done {
		return nil
	}
	state := engine.TaskDone
	if report.Failure != "" {
		state = engine.TaskFailed
	}
	return saveTask(ctx, tx, report.TaskID, state, report.Attempt, report.Failure)
}
