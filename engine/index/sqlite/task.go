package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// AddTasks implements [index.Index].
func (ix *scanIndex) AddTasks(ctx context.Context, tasks []engine.Task) error {
	return ix.update(ctx, func(tx *sql.Tx) error {
		for _, task := range tasks {
			if err := insertTask(ctx, tx, task); err != nil {
				return fmt.Errorf("add task %d: %w", task.ID, err)
			}
		}
		return nil
	})
}

func insertTask(ctx context.Context, tx *sql.Tx, task engine.Task) error {
	body, err := json.Marshal(task)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO task (id, state, attempt, body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
		task.ID, engine.TaskWaiting, task.Attempt, string(body))
	return err
}

// Tasks implements [index.Index].
func (ix *scanIndex) Tasks(ctx context.Context, limit int) (tasks []engine.Task, err error) {
	err = ix.view(ctx, func(q querier) error {
		tasks, err = collect(ctx, q, func(rows *sql.Rows) (engine.Task, error) {
			task, _, err := scanTask(rows)
			return task, err
		}, "SELECT body, state, attempt FROM task WHERE state IN (?, ?) ORDER BY id LIMIT ?", engine.TaskWaiting, engine.TaskRunning, limit)
		return err
	})
	return tasks, err
}

// SaveTask implements [index.Index].
func (ix *scanIndex) SaveTask(ctx context.Context, id engine.TaskID, state engine.TaskState, attempt int, failure string) error {
	return ix.update(ctx, func(tx *sql.Tx) error {
		return saveTask(ctx, tx, id, state, attempt, failure)
	})
}

// saveTask records where a task stands unless it has ended.
func saveTask(ctx context.Context, tx *sql.Tx, id engine.TaskID, state engine.TaskState, attempt int, failure string) error {
	result, err := tx.ExecContext(ctx, `UPDATE task SET
		attempt = CASE WHEN state IN (?1, ?2) THEN attempt ELSE ?3 END,
		failure = CASE WHEN state IN (?1, ?2) THEN failure ELSE ?4 END,
		state   = CASE WHEN state IN (?1, ?2) THEN state   ELSE ?5 END
		WHERE id = ?6`, engine.TaskDone, engine.TaskFailed, attempt, failure, state, id)
	if err != nil {
		return fmt.Errorf("save task %d: %w", id, err)
	}
	if n, err := result.RowsAffected(); err == nil && n == 0 {
		return taskNotFound(id)
	}
	return nil
}

// Task implements [index.Index].
func (ix *scanIndex) Task(ctx context.Context, id engine.TaskID) (task engine.Task, state engine.TaskState, err error) {
	err = ix.view(ctx, func(q querier) error {
		task, state, err = scanTask(q.QueryRowContext(ctx, "SELECT body, state, attempt FROM task WHERE id = ?", id))
		if errors.Is(err, sql.ErrNoRows) {
			return taskNotFound(id)
		}
		return err
	})
	return task, state, err
}

func scanTask(row interface{ Scan(...any) error }) (task engine.Task, state engine.TaskState, err error) {
	var body []byte
	var attempt int
	if err := row.Scan(&body, &state, &attempt); err != nil {
		return task, state, fmt.Errorf("read task: %w", err)
	}
	if err := json.Unmarshal(body, &task); err != nil {
		return task, state, fmt.Errorf("decode task: %w", err)
	}
	task.Attempt = attempt
	return task, state, nil
}

func taskNotFound(id engine.TaskID) error {
	return &engine.Error{Kind: engine.NotFound, Title: "Task not found", Detail: fmt.Sprintf("the scan has no task %d", id)}
}
