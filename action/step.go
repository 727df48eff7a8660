package action

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// step is where in GitHub the action runs: what the runner says in its variables.
type step struct {
	repository, ref, refName, sha string
	workflow, workflowRef, job    string
	id                            string // of the step within the job
	runID, attempt                string
	matrix                        string // the leg of the job's matrix as JSON; "" without one
	event                         event
	eventName                     string
	workspace, temp               string
	serverURL, apiURL             string
}

// event is the part of the event's payload that is needed.
type event struct {
	Number      int `json:"number"`
	PullRequest *struct {
		Number int `json:"number"`
		Head   struct {
			SHA  string `json:"sha"`
			Repo *struct {
				FullName string `json:"full_name"`
			} `json:"repo"`
		} `json:"head"`
	} `json:"pull_request"`
	Repository struct {
		DefaultBranch string `json:"default_branch"`
	} `json:"repository"`
}

func newStep(getenv func(string) string, matrix string) step {
	s := step{
		repository: getenv("GITHUB_REPOSITORY"), ref: getenv("GITHUB_REF"), refName: getenv("GITHUB_REF_NAME"), sha: getenv("GITHUB_SHA"),
		workflow: getenv("GITHUB_WORKFLOW"), workflowRef: getenv("GITHUB_WORKFLOW_REF"), job: getenv("GITHUB_JOB"), id: getenv("GITHUB_ACTION"),
		runID: getenv("GITHUB_RUN_ID"), attempt: getenv("GITHUB_RUN_ATTEMPT"), eventName: getenv("GITHUB_EVENT_NAME"),
		workspace: cmp.Or(getenv("GITHUB_WORKSPACE"), "."), temp: cmp.Or(getenv("RUNNER_TEMP"), os.TempDir()),
		serverURL: cmp.Or(getenv("GITHUB_SERVER_URL"), "https://github.com"), apiURL: cmp.Or(getenv("GITHUB_API_URL"), "https://api.github.com"),
	}
	if matrix != "null" && matrix != "{}" {
		s.matrix = matrix
	}
	if text, err := os.ReadFile(getenv("GITHUB_EVENT_PATH")); err == nil {
		_ = json.Unmarshal(text, &s.event) // of another form it tells nothing
	}
	return s
}

// label names the scan for people.
func (s step) label() string {
	if s.repository == "" {
		return ""
	}
	label := fmt.Sprintf("%s@%s %s/%s", s.repository, s.sha[:min(7, len(s.sha))], s.workflow, s.job)
	return string([]rune(label)[:min(len([]rune(label)), engine.MaxLabelRunes)])
}

// source says where the scan comes from; what the engine would not take is left out.
func (s step) source() engine.Source {
	source := engine.Source{Repository: s.repository, Branch: s.branch(), Commit: s.sha}
	if s.repository != "" && s.runID != "" {
		source.RunURL = fmt.Sprintf("%s/%s/actions/runs/%s", s.serverURL, s.repository, s.runID)
	}
	if source.Validate() != nil {
		return engine.Source{}
	}
	return source
}

// branch is the branch, or the ref without "refs/" if it is none.
func (s step) branch() string {
	if branch, ok := strings.CutPrefix(s.ref, "refs/heads/"); ok {
		return branch
	}
	return strings.TrimPrefix(s.ref, "refs/")
}

// category tells the results of this step from others of the repository: it has to be
// the same for the next run.
func (s step) category() string {
	parts := []string{"portolan", s.workflow, s.job}
	if s.matrix != "" {
		parts = append(parts, s.leg())
	}
	for i, part := range parts {
		parts[i] = strings.ReplaceAll(part, "/", "-")
	}
	return strings.Join(parts, "/") + "/"
}

// leg is a short word for the leg of the matrix.
func (s step) leg() string {
	var leg map[string]any
	if err := json.Unmarshal([]byte(s.matrix), &leg); err != nil || len(s.matrix) > 80 {
		return digest(s.matrix)[:8]
	}
	text, err := json.Marshal(leg) // its keys are sorted now
	if err != nil {
		return digest(s.matrix)[:8]
	}
	return strings.NewReplacer(`"`, "", "{", "", "}", "").Replace(string(text))
}

// key names the request for a scan: the same step of the same attempt asks for one scan,
// however often its request has to be sent.
func (s step) key(request engine.ScanRequest) string {
	words := []string{s.repository, s.runID, s.attempt, s.job, s.id, s.matrix, request.Digest(nil)}
	return "action-" + digest(strings.Join(words, "\n"))
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}
