// Finds the program: input binary, else the tool cache, else one asset of the release
// that this action is pinned to. Its sha256 stands in release.json, in the action's own
// tree, so whoever pins the action by its commit pins the program. No packages are needed.
'use strict';

const crypto = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { pipeline } = require('node:stream/promises');

const USAGE = 64; // exit codes, as the program has them
const INTERNAL = 70;
const TRIES = 3;
const PATIENCE = 120_000; // milliseconds for one try

// Trouble is an error for people, with an exit code.
class Trouble extends Error {
  constructor(message, exit = USAGE) {
    super(message);
    this.exit = exit;
  }
}

const input = (name) => (process.env[`INPUT_${name.toUpperCase()}`] || '').trim();

// append writes to one of the runner's files; the delimiter cannot be guessed.
function append(variable, name, value) {
  const file = process.env[variable];
  if (!file) return;
  const delimiter = `portolan_${crypto.randomBytes(16).toString('hex')}`;
  fs.appendFileSync(file, `${name}<<${delimiter}${os.EOL}${value}${os.EOL}${delimiter}${os.EOL}`);
}

async function sha256(file) {
  const hash = crypto.createHash('sha256');
  await pipeline(fs.createReadStream(file), hash);
  return hash.digest('hex');
}

function release() {
  return JSON.parse(fs.readFileSync(path.join(__dirname, 'release.json'), 'utf8'));
}

// find gives the path of a program that may be run.
async function find() {
  const given = input('binary');
  if (given) {
    const file = path.resolve(process.env.GITHUB_WORKSPACE || '.', given);
    if (!fs.existsSync(file)) throw new Trouble(`input binary: there is no file ${file}`);
    return file;
  }
  const { version, url, assets } = release();
  const wanted = input('version').replace(/^v/, '');
  if (wanted && wanted !== version) {
    throw new Trouble(`input version: this action is pinned to ${version || 'no release'}, not ${wanted}; use the action of that version, or input binary`);
  }
  const asset = assets[`${process.platform}-${process.arch}`];
  if (!asset) {
    throw new Trouble(`release ${version || '(none yet)'} has no program for ${process.platform}-${process.arch}; there is ${Object.keys(assets).join(', ') || 'none'}. Build one and name it with input binary`);
  }
  const cache = process.env.RUNNER_TOOL_CACHE || process.env.RUNNER_TEMP || os.tmpdir();
  const file = path.join(cache, 'portolan', version, process.arch, process.platform === 'win32' ? 'portolan.exe' : 'portolan');
  if (fs.existsSync(file) && (await sha256(file)) === asset.sha256) return file; // hashed again: the cache is anybody's
  await download(`${(input('download-url') || url).replace(/\/+$/, '')}/${asset.file}`, asset.sha256, file);
  return file;
}

// download fetches what has the expected hash, or nothing. The file appears whole.
async function download(url, expected, file) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const part = `${file}.${crypto.randomBytes(8).toString('hex')}`;
  try {
    await fetchInto(url, part);
    const got = await sha256(part);
    if (got !== expected) throw new Trouble(`${url} is not the pinned program: its sha256 is ${got}, expected is ${expected}`);
    fs.chmodSync(part, 0o755);
    fs.renameSync(part, file);
  } catch (error) {
    if (error instanceof Trouble) throw error;
    throw new Trouble(`the program cannot be had from ${url} (expected sha256 ${expected}): ${reason(error)}. Without internet use input binary or download-url`, INTERNAL);
  } finally {
    fs.rmSync(part, { force: true });
  }
}

async function fetchInto(url, part) {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
      if (!answer.ok) throw Object.assign(new Error(`the server answers ${answer.status}`), { final: answer.status < 500 && answer.status !== 429 });
      await pipeline(answer.body, fs.createWriteStream(part));
      return;
    } catch (error) {
      if (error.final || attempt === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** attempt * (0.5 + Math.random())));
    }
  }
}

const reason = (error) => [error.message, error.cause && error.cause.message].filter(Boolean).join(': ');

// complain tells what went wrong, in the log and in the outputs.
function complain(error) {
  const text = error instanceof Trouble ? error.message : `internal error: ${error.stack}`;
  const escaped = text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
  process.exitCode = error.exit || INTERNAL;
  process.stdout.write(`::error title=Portolan::${escaped}${os.EOL}`);
  for (const [name, value] of [['status', 'error'], ['exit-code', process.exitCode], ['reason', text]]) append('GITHUB_OUTPUT', name, value);
}

module.exports = { find, append, complain, Trouble };
