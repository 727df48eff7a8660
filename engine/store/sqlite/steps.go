package sqlite

import "github.com/portolan-io/terraform-provider-portolan/engine"

// appendSteps stores the steps of scan that have no id yet.
func (t *transaction) appendSteps(scan *engine.Scan) error {
	for i := range scan.Steps {
		step := &scan.Steps[i]
		if step.ID != 0 {
			continue
		}
		id, err := t.insert("append step", "INSERT INTO steps (scan_id, state, description, at) VALUES (?, ?, ?, ?)",
			scan.ID, step.State, step.Description, moment{&step.At})
		if err != nil {
			return err
		}
		step.ID = id
	}
	return nil
}

// steps reads the history of all scans whose ids the query scanIDs gives, in
// one go, oldest first.
func (t *transaction) steps(scanIDs string, args ...any) (map[engine.ScanID][]engine.Step, error) {
	history := map[engine.ScanID][]engine.Step{}
	take := func(r row) error {
		var scan engine.ScanID
		var step engine.Step
		err := r.Scan(&scan, &step.ID, &step.State, &step.Description, moment{&step.At})
		history[scan] = append(history[scan], step)
		return err
	}
	query := "SELECT scan_id, id, state, description, at FROM steps WHERE scan_id IN (" + scanIDs + ") ORDER BY id"
	return history, t.each("read steps", take, query, args...)
}
