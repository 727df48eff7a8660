package zoo

// Secured is secured, for tests.
func Secured(s Species, port uint16) Species { return secured(s, port) }
