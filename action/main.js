// The step: find the program, run it. All logic is in the program.
'use strict';

const { find, append, complain } = require('./binary.js');
const { run } = require('./process.js');

(async () => {
  const early = () => process.exit(130); // cancelled while the program is fetched
  process.on('SIGINT', early).on('SIGTERM', early).on('SIGHUP', early);
  const binary = await find();
  append('GITHUB_STATE', 'binary', binary);
  process.removeListener('SIGINT', early).removeListener('SIGTERM', early).removeListener('SIGHUP', early);
  process.exitCode = await run(binary, ['action', 'run', '--attached']);
})().catch(complain);
