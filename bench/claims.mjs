// Take and release of one claim through a running daemon's socket, each a round trip with its commit on disk, beside a
// bare commit of as many rows by prepared statements in the same folder, turn by turn (a temporary folder may be memory).
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import path from 'node:path'
import { finding, median, quantile, ROOT, startDaemon, usedBy } from './measure.mjs'

const TARGET_MS = 2
const WARM_UP = 50

export async function claims({ rounds }) {
  const home = mkdtempSync(path.join(ROOT, '.bench-claims-'))
  const daemon = await startDaemon(home)
  const bare = await bareCommit(path.join(home, 'bare.db'))
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  try {
    const call = caller({ socketPath: path.join(daemon.state, 'purser.sock'), agent })
    const asked = { names: ['bench'], cwd: '/', asker: { pid: process.pid, as: 'process' } }
    const times = { take: [], release: [], bare: [] }
    let before = 0
    for (let round = -WARM_UP; round < rounds; round++) {
      if (round === 0) before = usedBy(daemon.pid).cpuMs
      const [commit, take, release] = [await timed(() => ({ ok: bare.write(round) })), await timed(() => call('claim.take', asked)), await timed(() => call('claim.release', asked))]
      if (round < 0) continue
      times.bare.push(commit)
      times.take.push(take)
      times.release.push(release)
    }
    const cpu = (usedBy(daemon.pid).cpuMs - before) / (2 * rounds)
    return { findings: [
      finding('a bare synced commit of three rows, p50', median(times.bare), 'ms', null),
      finding('claim: take through the daemon, p50', median(times.take), 'ms', TARGET_MS),
      finding('claim: release through the daemon, p50', median(times.release), 'ms', TARGET_MS),
      finding('claim: take through the daemon, p95', quantile(times.take, 0.95), 'ms', null),
      finding('claim: take above the bare commit beside it (median of differences)', median(times.take.map((ms, index) => ms - times.bare[index])), 'ms', null),
      finding('claim: processor time of the daemon for one of them', cpu, 'ms', null),
    ] }
  } finally {
    agent.destroy()
    bare.close()
    await daemon.stop()
    rmSync(home, { recursive: true, force: true })
  }
}

async function timed(deed) {
  const from = performance.now()
  const answer = await deed()
  if (!answer.ok) throw new Error(JSON.stringify(answer))
  return performance.now() - from
}

const caller = ({ socketPath, agent }) => (operation, input) => new Promise((resolve, reject) => {
  const body = JSON.stringify(input)
  const asked = request({ socketPath, agent, path: `/v1/${operation}`, method: 'POST', headers: { 'content-length': Buffer.byteLength(body) } }, answer => {
    const parts = []
    answer.on('data', part => parts.push(part)).on('end', () => resolve(JSON.parse(Buffer.concat(parts).toString('utf8'))))
  })
  asked.on('error', reject)
  asked.end(body)
})

/** The settings of our own database: write-ahead log, every commit on disk. */
async function bareCommit(file) {
  const { DatabaseSync } = await import('node:sqlite').catch(() => import('@photostructure/sqlite'))
  const database = new DatabaseSync(file)
  database.exec('pragma journal_mode = wal; pragma synchronous = full; create table claim (name text primary key, token int) strict; create table event (id integer primary key, text text) strict; create table generation (name text primary key, at int) strict')
  const claim = database.prepare('insert into claim values (?, 1) on conflict do update set token = token + 1')
  const generation = database.prepare('insert into generation values (?, ?) on conflict do update set at = excluded.at')
  const event = database.prepare('insert into event (text) values (?)')
  return {
    write(round) {
      database.exec('begin immediate')
      claim.run('bench')
      generation.run('bench', round)
      event.run(`claim.taken ${round} `.padEnd(200))
      database.exec('commit')
      return true
    },
    close: () => database.close(),
  }
}
