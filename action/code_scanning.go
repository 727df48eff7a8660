package action

import "context"

// publishToGitHub is filled in with the comment and the upload.
func (r *run) publishToGitHub(context.Context) {}
