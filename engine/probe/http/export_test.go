package http

// TechnologyLines is technologies.txt.
func TechnologyLines() string { return technologyLines }

// LiteralOf is literalOf.
func LiteralOf(expression string) string { return literalOf(expression) }

// ReadTechnologies reads them once more, and tells how many there are.
func ReadTechnologies() int { return len(readTechnologies()) }

// Redactions are those of files that hold nothing but settings and passwords.
func Redactions() map[string]func([]byte) []byte {
	return map[string]func([]byte) []byte{"values": redactValues, "constants": redactConstants}
}
