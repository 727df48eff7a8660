// The clean-up after the job: if the step was killed, its scan is cancelled now. It
// changes nothing of how the job has ended.
'use strict';

const { run } = require('./process.js');

(async () => {
  const binary = process.env.STATE_binary;
  if (binary) await run(binary, ['action', 'post', '--attached']);
})().catch((error) => process.stdout.write(`::warning title=Portolan::${String(error.message).replace(/[\r\n%]/g, ' ')}\n`));
