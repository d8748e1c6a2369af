// Take and release of one claim through a running daemon's socket, each a round trip with its commit on disk.
// node bench/claims.mjs SOCKET [ROUNDS]
import { request } from 'node:http'

const [socketPath, rounds = '500'] = process.argv.slice(2)
if (!socketPath) {
  process.stderr.write('node bench/claims.mjs SOCKET [ROUNDS]; the socket is in: purser status --json\n')
  process.exit(2)
}

const call = (operation, input) => new Promise((resolve, reject) => {
  const body = JSON.stringify(input)
  const asked = request({ socketPath, path: `/v1/${operation}`, method: 'POST', headers: { 'content-length': Buffer.byteLength(body) } }, answer => {
    const parts = []
    answer.on('data', part => parts.push(part)).on('end', () => resolve(JSON.parse(Buffer.concat(parts).toString('utf8'))))
  })
  asked.on('error', reject)
  asked.end(body)
})
const timed = async deed => {
  const from = performance.now()
  const answer = await deed()
  if (!answer.ok) throw new Error(JSON.stringify(answer))
  return performance.now() - from
}
const share = (times, part) => times.toSorted((a, b) => a - b)[Math.floor(times.length * part)].toFixed(2)

const asked = { names: ['bench'], cwd: '/', asker: { pid: process.pid, as: 'process' } }
const taken = [], released = []
for (let round = -50; round < Number(rounds); round++) {
  const [take, release] = [await timed(() => call('claim.take', asked)), await timed(() => call('claim.release', asked))]
  if (round >= 0) {
    taken.push(take)
    released.push(release)
  }
}
for (const [name, times] of [['take', taken], ['release', released]]) process.stdout.write(`${name.padEnd(8)} p50 ${share(times, 0.5)} ms  p95 ${share(times, 0.95)} ms\n`)
