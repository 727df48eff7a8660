package server

import "net/http"

// Hurried is what the door puts around the API.
func Hurried(next http.Handler) http.Handler { return hurried(next) }
