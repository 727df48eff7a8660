// Puts the pinned program on PATH as portolan, and does nothing else.
'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { find, complain } = require('../binary.js');

(async () => {
  const binary = await find();
  const folder = fs.mkdtempSync(path.join(process.env.RUNNER_TEMP || os.tmpdir(), 'portolan-bin-'));
  const name = process.platform === 'win32' ? 'portolan.exe' : 'portolan';
  fs.copyFileSync(binary, path.join(folder, name));
  fs.chmodSync(path.join(folder, name), 0o755);
  if (process.env.GITHUB_PATH) fs.appendFileSync(process.env.GITHUB_PATH, folder + os.EOL);
  process.stdout.write(`portolan is in ${folder}${os.EOL}`);
})().catch(complain);
