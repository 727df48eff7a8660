package cli

// TerminalWidth lets tests ask what a command takes its output for.
var TerminalWidth = terminalWidth
