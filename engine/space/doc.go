// Package space is the address × port space of a task in a random order that
// needs no memory of where it has been. Begin with [New] and [Space.At].
//
// It opens no socket and resolves no name: names have become addresses before.
// What the scope forbids is never given out, but the scanner's dialer enforces
// the scope again on every connection.
package space
