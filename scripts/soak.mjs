// `npm run soak`: the tests that repeat themselves, with their full figures (test/support/rounds), one file after the
// other. Writes what was run and how it ended to test/soak/result.json. Takes hours; `npm run soak -- WORD` runs only
// the files that mention WORD, and with `--record` puts them in the place of their last run in that record.
import { mkdirSync, readFileSync, readdirSync, existsSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { inCleanRoom } from './clean-room.mjs'
import { ensureBuilt, ensureInstalled } from './prepare.mjs'
import { ROOT, run, say, seconds } from './steps.mjs'
import { runVitest } from './test.mjs'

const RESULT = path.join(ROOT, 'test', 'soak', 'result.json')

function soakFiles(word) {
  return readdirSync(path.join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.test.ts')).map(name => `test/${name.split(path.sep).join('/')}`)
    .filter(file => { const text = readFileSync(path.join(ROOT, file), 'utf8'); return /support\/rounds\.ts'/.test(text) && text.includes(word) }).sort()
}

async function soak({ env, folder }, files) {
  const runs = []
  for (const file of files) {
    const since = performance.now()
    const record = path.join(folder, `rounds-${runs.length}`)
    const { code, output, passed, failed, skipped } = await runVitest({ env: { ...env, PURSER_TEST_SOAK: record }, folder, files: [file], show: false, extra: ['--testTimeout=0'], timeoutMs: 0 })
    const counted = existsSync(record) ? readFileSync(record, 'utf8').trim().split('\n').map(line => JSON.parse(line)) : []
    say(`${code === 0 ? 'ok  ' : 'FAIL'} ${seconds(since).padStart(9)}  ${file}: ${counted.map(({ name, rounds, count }) => `${rounds ?? count} ${name}`).join(', ')}`)
    if (code !== 0) say(output)
    runs.push({ file, ok: code === 0, seconds: Math.round((performance.now() - since) / 1000), rounds: counted, passed, failed: code !== 0 && failed === 0 ? 1 : failed, skipped })
  }
  return runs
}

/** The record with these runs in it, each with its own date and commit beside those of the whole. */
function amended(here, runs) {
  const before = existsSync(RESULT) ? JSON.parse(readFileSync(RESULT, 'utf8')) : { ...here, runs: [] }
  return { ...before, runs: [...before.runs.filter(({ file }) => !runs.some(each => each.file === file)), ...runs].sort((a, b) => (a.file < b.file ? -1 : 1)) }
}

await ensureInstalled()
await ensureBuilt()
const [word] = process.argv.slice(2).filter(each => each !== '--record')
const files = soakFiles(word ?? '')
if (files.length === 0) { process.stderr.write('no test file uses test/support/rounds.ts and mentions that word\n'); process.exit(2) }
const runs = await inCleanRoom(room => soak(room, files))
const { stdout: commit } = await run('git', ['rev-parse', 'HEAD'])
const sum = key => runs.reduce((total, found) => total + found[key], 0)
if (word === undefined || process.argv.includes('--record')) {
  const made = { date: new Date().toISOString(), commit: commit.trim() }
  const here = { ...made, node: process.version, platform: `${os.platform()} ${os.arch()}`, cores: os.cpus().length }
  mkdirSync(path.dirname(RESULT), { recursive: true })
  writeFileSync(RESULT, `${JSON.stringify(word === undefined ? { ...here, runs } : amended(here, runs.map(each => ({ ...each, ...made }))), null, 2)}\n`)
  say(`recorded in ${path.relative(ROOT, RESULT)}`)
}
say(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`)
process.exitCode = sum('failed') > 0 ? 1 : 0
