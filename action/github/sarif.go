package github

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"time"
)

// PermissionSARIF is what the token needs to upload findings.
const PermissionSARIF = "security-events: write"

// maxUpload is how large a compressed file of findings may be.
const maxUpload = 10 << 20

// Analysis is a file of findings and what it is about.
type Analysis struct {
	Commit, Ref string
	SARIF       []byte
	Checkout    string    // URI of the workspace
	Started     time.Time // of the scan
}

// UploadSARIF uploads findings to code scanning and gives the number of the upload,
// which GitHub works on later.
func (c *Client) UploadSARIF(ctx context.Context, a Analysis) (string, error) {
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	if _, err := zip.Write(a.SARIF); err != nil {
		return "", err
	}
	if err := zip.Close(); err != nil {
		return "", err
	}
	if packed.Len() > maxUpload {
		return "", fmt.Errorf("the file has %d bytes compressed, code scanning takes %d", packed.Len(), maxUpload)
	}
	body := map[string]string{
		"commit_sha": a.Commit, "ref": a.Ref, "sarif": base64.StdEncoding.EncodeToString(packed.Bytes()), "tool_name": "Portolan",
	}
	if a.Checkout != "" {
		body["checkout_uri"] = a.Checkout
	}
	if !a.Started.IsZero() {
		body["started_at"] = a.Started.UTC().Format(time.RFC3339)
	}
	var answer struct {
		ID string `json:"id"`
	}
	err := c.call(ctx, http.MethodPost, "/code-scanning/sarifs", PermissionSARIF, body, &answer)
	return answer.ID, err
}
