package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
)

// Progress implements [index.Index]. It is one statement, so that the counts
// are of one moment.
func (ix *scanIndex) Progress(ctx context.Context) (p index.Progress, err error) {
	err = ix.view(ctx, func(q querier) error {
		counts, err := collect(ctx, q, scanCount, progressStatement, engine.TaskDone, engine.TaskFailed)
		if err != nil {
			return err
		}
		for _, c := range counts {
			c.add(&p)
		}
		return nil
	})
	return p, err
}

// progressStatement gives rows of what is counted, a word with it and how many
// there are. Parameters: the two states of a task that has ended.
const progressStatement = `
	SELECT 'task', state, count(*) FROM task GROUP BY state
	UNION ALL SELECT 'failure', failure, 1 FROM (SELECT failure FROM task WHERE state = ?2 ORDER BY id LIMIT 1)
	UNION ALL SELECT 'document', ?1, count(*) FROM doc
	UNION ALL SELECT 'finding', severity, count(*) FROM finding GROUP BY severity
	UNION ALL SELECT 'host', '', count(*) FROM host
	UNION ALL SELECT 'port', '', count(*) FROM open_port`

type count struct {
	of, word string
	n        int
}

func scanCount(rows *sql.Rows) (c count, err error) {
	if err := rows.Scan(&c.of, &c.word, &c.n); err != nil {
		return c, fmt.Errorf("read counts: %w", err)
	}
	return c, nil
}

func (c count) add(p *index.Progress) {
	switch c.of {
	case "task":
		c.addTasks(p)
	case "failure":
		p.Failure = c.word
	case "document":
		p.Documents = c.n
	case "finding":
		p.Summary.Add(engine.Severity(c.word), c.n)
	case "host":
		p.Summary.HostsUp = c.n
	case "port":
		p.Summary.OpenPorts = c.n
	}
}

func (c count) addTasks(p *index.Progress) {
	p.Tasks += c.n
	switch engine.TaskState(c.word) {
	case engine.TaskFailed:
		p.Failed += c.n
		p.Summary.TasksFailed += c.n
		p.Done += c.n
	case engine.TaskDone:
		p.Done += c.n
	case engine.TaskWaiting, engine.TaskRunning:
	}
}

// countChange notes that documents have changed.
func countChange(ctx context.Context, tx *sql.Tx) error {
	if _, err := tx.ExecContext(ctx, "UPDATE meta SET value = value + 1 WHERE name = 'changes'"); err != nil {
		return fmt.Errorf("count change: %w", err)
	}
	return nil
}

// changes gives a number that is another one whenever documents have changed.
func changes(ctx context.Context, q querier) (n int64, err error) {
	if err := q.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'changes'").Scan(&n); err != nil {
		return 0, fmt.Errorf("read changes: %w", err)
	}
	return n, nil
}
