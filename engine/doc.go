// Package engine holds the words of Portolan: [Scan], [Target], [Ports],
// [Task], [Response], [Finding], [Severity], [User], [Plan], [Scope] and
// [Error], with the rules that need no input or output. Begin with [Scan].
//
// It is what every other package imports and imports none of them. It is not
// the program: nothing here opens a socket or a file, reads a clock or starts a
// goroutine. The JSON tags are the wire format of the private scanner API.
package engine
