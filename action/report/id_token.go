package report

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/sethvargo/go-githubactions"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// How often and how soon an identity is asked for again.
const (
	idTokenTries = 4
	idTokenDelay = 500 * time.Millisecond // doubles each time
)

// IDToken gives the identity of the job as a signed token of GitHub for an audience; it
// is masked. A job that may not ask for one is an [engine.Forbidden] [engine.Error].
func (r *Runner) IDToken(ctx context.Context, audience string) (string, error) {
	for try := 1; ; try++ {
		token, err := r.action.GetIDToken(ctx, audience)
		if err == nil && token == "" {
			err = errors.New("the answer holds no token")
		}
		if err == nil {
			return token, r.Mask(token)
		}
		var missing *githubactions.EnvMissingError
		if errors.As(err, &missing) {
			return "", noIdentity(missing)
		}
		if try == idTokenTries || !mayPass(err) || !pause(ctx, idTokenDelay<<try) {
			return "", fmt.Errorf("ask GitHub for the identity of the job: %w", err)
		}
	}
}

func noIdentity(err error) error {
	return &engine.Error{
		Kind: engine.Forbidden, Title: "Job has no identity", Field: "auth", Err: err,
		Detail: "the job may not ask GitHub who it is",
		Hint:   "add to the job the two lines \"permissions:\" and \"  id-token: write\"; pull requests from forks have no identity",
	}
}

// mayPass reports whether GitHub may answer the same question differently in a moment.
func mayPass(err error) bool {
	var refused *githubactions.RequestFailedError
	if !errors.As(err, &refused) {
		return true
	}
	return refused.StatusCode >= 500 || refused.StatusCode == http.StatusTooManyRequests || refused.StatusCode == http.StatusRequestTimeout
}

// pause waits for about d, and says whether ctx has let it.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d/2 + rand.N(d/2))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
