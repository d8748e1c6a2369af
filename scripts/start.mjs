// `npm start`: installs what is missing, builds what is stale, runs `purser up` in this terminal. Plain Node, no packages:
// it must work in a checkout where nothing is installed yet.
import { spawn } from 'node:child_process'
import path from 'node:path'
import { ensureBuilt, ensureInstalled } from './prepare.mjs'
import { ROOT } from './steps.mjs'

const OLDEST = [20, 19]
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  process.stderr.write(`purser needs Node ${OLDEST.join('.')} or newer; this is ${process.versions.node}\n`)
  process.exit(69)
}

await ensureInstalled()
await ensureBuilt()

const child = spawn(process.execPath, [path.join(ROOT, 'dist', 'cli.cjs'), 'up', ...process.argv.slice(2)], { stdio: 'inherit' })
// On a terminal Ctrl-C reaches the child by itself, and a second one would read as impatience; handling it here keeps
// us alive until the child has stopped cleanly. Without a terminal nobody else tells the child.
process.on('SIGINT', () => { if (!process.stdin.isTTY) child.kill('SIGINT') })
// `kill` on npm ends only the shell between npm and us, without a word; an orphan would keep the daemon up unseen.
const PARENT_LOOK_MS = 500
const parent = process.ppid
setInterval(() => { if (process.ppid !== parent) child.kill('SIGTERM') }, PARENT_LOOK_MS).unref()
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('error', error => { process.stderr.write(`cannot start purser: ${error.message}\n`); process.exit(69) })
child.on('exit', (code, signal) => {
  if (signal === null) process.exit(code ?? 1)
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
})
