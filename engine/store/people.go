package store

import (
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// UserTx reads and writes users.
type UserTx interface {
	// InsertUser stores a new user and sets its ID; [engine.Conflict] if another
	// has the same Email, whatever its case, [engine.NotFound] if there is no such
	// team.
	InsertUser(user *engine.User) error
	// User reads one user; [engine.NotFound] if there is none.
	User(id engine.UserID) (engine.User, error)
	// Users reads the users that pass filter, in the order of their ids.
	Users(filter UserFilter) ([]engine.User, error)
	// SaveUser writes every member of a user that exists; [engine.NotFound] if
	// there is none, or no such team, [engine.Conflict] if another has the same Email.
	SaveUser(user *engine.User) error
	// EraseUser removes a user, their keys and the issues and records that are theirs
	// alone for good; [engine.NotFound] if there is none. What becomes of their scans is the
	// caller's to settle first.
	EraseUser(id engine.UserID) error
}

// UserFilter selects users; the zero filter selects all.
type UserFilter struct {
	Email  string        // "", or only the user with this address, whatever its case
	TeamID engine.TeamID // 0, or only members of this team
	Limit  int           // 0: all
}

// KeyTx reads and writes API keys.
type KeyTx interface {
	// InsertKey stores a new key and sets its ID; [engine.Conflict] if there is one
	// with the same Hash, [engine.NotFound] if there is no such user.
	InsertKey(key *engine.Key) error
	// KeyByHash finds a key, a revoked one too; [engine.NotFound] if there is none.
	KeyByHash(hash string) (engine.Key, error)
	// Keys reads all keys of a user in the order of their ids.
	Keys(user engine.UserID) ([]engine.Key, error)
	// SaveKey writes every member of a key that exists; [engine.NotFound] if there is
	// none.
	SaveKey(key *engine.Key) error
	// UseKey writes when a key was last used, and nothing else; a key that has gone
	// meanwhile is no error.
	UseKey(id engine.KeyID, at time.Time) error
}

// TeamTx reads and writes teams.
type TeamTx interface {
	// InsertTeam stores a new team and sets its ID; [engine.Conflict] if another has
	// the same Name, whatever its case.
	InsertTeam(team *engine.Team) error
	// Teams reads all teams in the order of their ids.
	Teams() ([]engine.Team, error)
	// EraseTeam removes a team, its issues and its records for good; its members stay, in no team.
	// [engine.NotFound] if there is none.
	EraseTeam(id engine.TeamID) error
}

// CoinTx reads and writes the ledger of scan coins.
type CoinTx interface {
	// InsertCoins appends a line to the ledger; [engine.NotFound] if there is no such
	// user.
	InsertCoins(entry engine.CoinEntry) error
	// CoinSums adds up the lines of a user for a month.
	CoinSums(user engine.UserID, month time.Time) (engine.CoinSums, error)
	// ScanCoins reads the lines of a scan, oldest first.
	ScanCoins(scan engine.ScanID) ([]engine.CoinEntry, error)
}

// CounterTx counts the requests of users by day.
type CounterTx interface {
	// AddRequests adds n to a user's requests of a day, which is told by any of its
	// moments in UTC, and gives their number. n may be 0. [engine.NotFound] if there
	// is no such user.
	AddRequests(user engine.UserID, day time.Time, n int64) (total int64, err error)
	// RequestsOn is how many requests a user made on a day.
	RequestsOn(user engine.UserID, day time.Time) (int64, error)
}
