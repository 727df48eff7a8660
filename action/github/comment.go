package github

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

// PermissionComment is what the token needs to comment.
const PermissionComment = "pull-requests: write"

// commentsPage is how many comments are read at a time, the most there are on a page.
const commentsPage = 100

// maxPages bounds the search on a pull request that is talked about for long.
const maxPages = 30

// Comment is one comment.
type Comment struct {
	ID   int64  `json:"id"`
	URL  string `json:"html_url"`
	Body string `json:"body"`
	User struct {
		Type string `json:"type"`
	} `json:"user"`
}

// FindComment gives the comment of a pull request whose text begins with marker, nil if
// there is none. Only one of a bot is taken: anybody may write a marker.
func (c *Client) FindComment(ctx context.Context, pull int, marker string) (*Comment, error) {
	for page := 1; page <= maxPages; page++ {
		var list []Comment
		path := fmt.Sprintf("/issues/%d/comments?per_page=%d&page=%d", pull, commentsPage, page)
		if err := c.call(ctx, http.MethodGet, path, PermissionComment, nil, &list); err != nil {
			return nil, err
		}
		for i := range list {
			if strings.HasPrefix(list[i].Body, marker) && list[i].User.Type == "Bot" {
				return &list[i], nil
			}
		}
		if len(list) < commentsPage {
			break
		}
	}
	return nil, nil
}

// SetComment writes a comment that begins with marker: over the one there is, or anew.
func (c *Client) SetComment(ctx context.Context, pull int, there *Comment, body string) (written Comment, err error) {
	text := map[string]string{"body": body}
	if there != nil {
		err = c.call(ctx, http.MethodPatch, fmt.Sprintf("/issues/comments/%d", there.ID), PermissionComment, text, &written)
		return written, err
	}
	err = c.call(ctx, http.MethodPost, fmt.Sprintf("/issues/%d/comments", pull), PermissionComment, text, &written)
	return written, err
}
