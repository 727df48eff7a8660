// Runs the program and hands on what the runner sends: on cancel GitHub sends SIGINT,
// 7.5 s later SIGTERM, and kills 2.5 s after that. The program also ends when its
// standard input does, so it never outlives this process, whatever ends that.
'use strict';

const { spawn } = require('node:child_process');
const os = require('node:os');
const { Trouble } = require('./binary.js');

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const BLOCKED = 126; // as shells say that a program cannot be run
const INTERNAL = 70;

// run resolves to the exit code of the program.
function run(binary, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(binary, args, { stdio: ['pipe', 'inherit', 'inherit'], windowsHide: true });
    // Windows has no signals: ending standard input is how the program is asked to stop.
    const forward = (signal) => (process.platform === 'win32' ? child.stdin.end() : child.kill(signal));
    for (const signal of SIGNALS) process.on(signal, forward);
    child.stdin.on('error', () => {}); // it has ended before us
    child.on('error', (error) => reject(new Trouble(`${binary} cannot be run: ${error.message}`, INTERNAL)));
    child.on('close', (code, signal) => {
      for (const name of SIGNALS) process.removeListener(name, forward);
      resolve(code ?? 128 + (os.constants.signals[signal] || BLOCKED - 128));
    });
  });
}

module.exports = { run };
