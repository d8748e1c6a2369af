// `npm run soak`: the tests that repeat themselves, with their full figures (test/support/rounds), one file after the
// other. Writes what was run and how it ended to test/soak/result.json. Takes hours; `npm run soak -- WORD` runs only
// the files that mention WORD.
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
    say(`${code === 0 ? 'ok  ' : 'FAIL'} ${seconds(since).padStart(9)}  ${file}: ${counted.map(({ name, rounds }) => `${rounds} ${name}`).join(', ')}`)
    if (code !== 0) say(output)
    runs.push({ file, ok: code === 0, seconds: Math.round((performance.now() - since) / 1000), rounds: counted, passed, failed: code !== 0 && failed === 0 ? 1 : failed, skipped })
  }
  return runs
}

await ensureInstalled()
await ensureBuilt()
const files = soakFiles(process.argv[2] ?? '')
if (files.length === 0) { process.stderr.write('no test file uses test/support/rounds.ts and mentions that word\n'); process.exit(2) }
const runs = await inCleanRoom(room => soak(room, files))
const { stdout: commit } = await run('git', ['rev-parse', 'HEAD'])
const sum = key => runs.reduce((total, found) => total + found[key], 0)
if (process.argv[2] === undefined) {
  mkdirSync(path.dirname(RESULT), { recursive: true })
  writeFileSync(RESULT, `${JSON.stringify({ date: new Date().toISOString(), commit: commit.trim(), node: process.version, platform: `${os.platform()} ${os.arch()}`, cores: os.cpus().length, runs }, null, 2)}\n`)
  say(`recorded in ${path.relative(ROOT, RESULT)}`)
}
say(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`)
process.exitCode = sum('failed') > 0 ? 1 : 0
