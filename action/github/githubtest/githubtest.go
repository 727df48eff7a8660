// Package githubtest is GitHub's REST API as far as the action uses it, for tests. Begin
// with [Start].
//
// It answers as api.github.com does (status codes, hidden 404s, pages, limits), and is
// no other part of it.
package githubtest

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
)

// maxBody is how long a comment may be.
const maxBody = 65_536

// GitHub is one repository on it.
type GitHub struct {
	URL   string
	Token string

	lock     sync.Mutex
	may      map[string]bool
	comments []Comment
	sarifs   [][]byte
	busy     int // requests that are answered with 502 first
}

// Comment is one comment on the pull request.
type Comment struct {
	ID   int64             `json:"id"`
	URL  string            `json:"html_url"`
	Body string            `json:"body"`
	User map[string]string `json:"user"`
}

// Start runs it until the test ends, for a token with some permissions:
// "pull-requests: write", "security-events: write".
func Start(t testing.TB, permissions ...string) *GitHub {
	t.Helper()
	g := &GitHub{Token: "ghs_0123456789abcdefghijklmnopqrstuvwxyz", may: map[string]bool{}}
	for _, p := range permissions {
		g.may[p] = true
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /repos/acme/shop/issues/{n}/comments", g.list)
	mux.HandleFunc("POST /repos/acme/shop/issues/{n}/comments", g.allowed("pull-requests: write", g.create))
	mux.HandleFunc("PATCH /repos/acme/shop/issues/comments/{id}", g.allowed("pull-requests: write", g.update))
	mux.HandleFunc("POST /repos/acme/shop/code-scanning/sarifs", g.allowed("security-events: write", g.upload))
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { refuse(w, http.StatusNotFound, "Not Found") })
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { g.enter(w, r, mux) }))
	t.Cleanup(server.Close)
	g.URL = server.URL
	return g
}

// Busy makes the next n requests fail for a moment.
func (g *GitHub) Busy(n int) {
	g.lock.Lock()
	defer g.lock.Unlock()
	g.busy = n
}

// Comments gives the comments there are.
func (g *GitHub) Comments() []Comment {
	g.lock.Lock()
	defer g.lock.Unlock()
	return append([]Comment(nil), g.comments...)
}

// Say adds a comment of somebody.
func (g *GitHub) Say(kind, body string) {
	g.lock.Lock()
	defer g.lock.Unlock()
	g.add(kind, body)
}

// SARIFs gives the files that were uploaded.
func (g *GitHub) SARIFs() [][]byte {
	g.lock.Lock()
	defer g.lock.Unlock()
	return append([][]byte(nil), g.sarifs...)
}

func (g *GitHub) enter(w http.ResponseWriter, r *http.Request, next http.Handler) {
	g.lock.Lock()
	defer g.lock.Unlock()
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	switch {
	case g.busy > 0:
		g.busy--
		refuse(w, http.StatusBadGateway, "Server Error")
	case r.Header.Get("Authorization") != "Bearer "+g.Token:
		refuse(w, http.StatusUnauthorized, "Bad credentials")
	case r.Header.Get("X-GitHub-Api-Version") == "" || r.Header.Get("User-Agent") == "":
		refuse(w, http.StatusForbidden, "Request forbidden by administrative rules.")
	default:
		next.ServeHTTP(w, r)
	}
}

func (g *GitHub) allowed(permission string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !g.may[permission] {
			refuse(w, http.StatusForbidden, "Resource not accessible by integration")
			return
		}
		next(w, r)
	}
}

func refuse(w http.ResponseWriter, status int, message string) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"message": message, "documentation_url": "https://docs.github.com/rest", "status": strconv.Itoa(status)})
}

func (g *GitHub) list(w http.ResponseWriter, r *http.Request) {
	size, err := strconv.Atoi(r.URL.Query().Get("per_page"))
	if err != nil || size < 1 || size > 100 {
		size = 30
	}
	page, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil || page < 1 {
		page = 1
	}
	from := min((page-1)*size, len(g.comments))
	_ = json.NewEncoder(w).Encode(append([]Comment{}, g.comments[from:min(from+size, len(g.comments))]...))
}

func (g *GitHub) add(kind, body string) Comment {
	id := int64(len(g.comments) + 1)
	c := Comment{ID: id, URL: fmt.Sprintf("https://github.com/acme/shop/pull/7#issuecomment-%d", id), Body: body, User: map[string]string{"type": kind}}
	g.comments = append(g.comments, c)
	return c
}

// body reads a text that is neither empty nor too long.
func body(w http.ResponseWriter, r *http.Request) (string, bool) {
	var sent struct{ Body string }
	err := json.NewDecoder(r.Body).Decode(&sent)
	if err != nil || sent.Body == "" || len([]rune(sent.Body)) > maxBody {
		refuse(w, http.StatusUnprocessableEntity, "Validation Failed")
		return "", false
	}
	return sent.Body, true
}

func (g *GitHub) create(w http.ResponseWriter, r *http.Request) {
	if text, ok := body(w, r); ok {
		w.WriteHeader(http.StatusCreated)
		_ = json.NewEncoder(w).Encode(g.add("Bot", text))
	}
}

func (g *GitHub) update(w http.ResponseWriter, r *http.Request) {
	text, ok := body(w, r)
	if !ok {
		return
	}
	for i := range g.comments {
		if fmt.Sprint(g.comments[i].ID) == r.PathValue("id") {
			g.comments[i].Body = text
			_ = json.NewEncoder(w).Encode(g.comments[i])
			return
		}
	}
	refuse(w, http.StatusNotFound, "Not Found")
}

// upload takes what code scanning would: gzip in base64, of a whole commit and a ref.
func (g *GitHub) upload(w http.ResponseWriter, r *http.Request) {
	var sent struct {
		Commit string `json:"commit_sha"`
		Ref    string `json:"ref"`
		SARIF  []byte `json:"sarif"`
	}
	if json.NewDecoder(r.Body).Decode(&sent) != nil || len(sent.Commit) != 40 || len(sent.Ref) < 6 || sent.Ref[:5] != "refs/" {
		refuse(w, http.StatusBadRequest, "commit_sha or ref is not valid")
		return
	}
	zip, err := gzip.NewReader(bytes.NewReader(sent.SARIF))
	if err != nil {
		refuse(w, http.StatusBadRequest, "SARIF is not gzip: "+base64.StdEncoding.EncodeToString(sent.SARIF[:min(8, len(sent.SARIF))]))
		return
	}
	text, err := io.ReadAll(zip)
	if err != nil || !json.Valid(text) {
		refuse(w, http.StatusBadRequest, "SARIF is not JSON")
		return
	}
	g.sarifs = append(g.sarifs, text)
	w.WriteHeader(http.StatusAccepted)
	_ = json.NewEncoder(w).Encode(map[string]string{"id": fmt.Sprintf("47177e22-5596-11eb-80a1-c1e54ef945c%d", len(g.sarifs)), "url": g.URL})
}
