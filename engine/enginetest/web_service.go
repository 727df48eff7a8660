package enginetest

import (
	"crypto/tls"
	"io"
	"log"
	"net/http"
	"time"
)

// web is a site that serves its repository and its secrets.
func web(s *Service) error {
	s.Name, s.Flaws = "web", []string{"http.git-exposed", "http.env-exposed"}
	s.serveHTTP(siteHandler(), nil)
	return nil
}

// securedWeb is a site behind a certificate that expired, for another name.
func securedWeb(s *Service) error {
	s.Name, s.Flaws = "https", []string{"tls.cert-expired", "tls.cert-self-signed"}
	expired := time.Now().Add(-30 * 24 * time.Hour)
	certificate, err := selfSigned("intranet.example.com", expired.Add(-365*24*time.Hour), expired)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", page("Intranet", "<h1>Intranet</h1>"))
	s.serveHTTP(named("Apache/2.4.49 (Unix)", mux), &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS10})
	return nil
}

// serveHTTP serves handler on the service's listener, over TLS if config is not nil.
func (s *Service) serveHTTP(handler http.Handler, config *tls.Config) {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, ErrorLog: log.New(io.Discard, "", 0)}
	listener := s.listener
	if config != nil {
		listener = tls.NewListener(listener, config)
	}
	s.close = server.Close
	s.running.Go(func() { _ = server.Serve(listener) }) // returns when the server is closed
}

func siteHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", page("Shop", `<h1>Shop</h1><form action="/login"><input type="password" name="p"></form>`))
	mux.HandleFunc("/.git/config", text("[core]\n\trepositoryformatversion = 0\n\tbare = false\n[remote \"origin\"]\n\turl = git@git.example.com:shop.git\n"))
	mux.HandleFunc("/.git/HEAD", text("ref: refs/heads/main\n"))
	mux.HandleFunc("/.env", text("APP_ENV=production\nDB_HOST=10.0.0.5\nDB_PASSWORD=correct-horse\n"))
	return named("nginx/1.18.0", mux)
}

func page(title, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, "<!doctype html><html><head><title>"+title+"</title></head><body>"+body+"</body></html>")
	}
}

func text(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, body)
	}
}

func named(server string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Server", server)
		next.ServeHTTP(w, r)
	})
}
