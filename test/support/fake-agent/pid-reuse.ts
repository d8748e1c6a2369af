// Forces pids to be given out again, inside a pid namespace of its own, and lets the real table and the real signal
// module decide each time whether the new owner is the process that was proven. Prints its counts as JSON.
// Run as pid 1 of `unshare -pf --mount-proc`; every process here is its own, so all of them may be signalled.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { linuxProcesses } from '../../../src/os/processes/linux.ts'
import { signaller } from '../../../src/os/processes/signals.ts'

const rounds = Number(process.argv[2] ?? '20')
// Another child of ours may take the number first; then it is simply tried again.
const TRIES_MAX = 100

const table = linuxProcesses()
const { send } = signaller({ table, allowed: () => true })
const counts = { rounds: 0, reused: 0, heldSent: 0, looseSent: 0, looseSameTick: 0, naiveWouldHit: 0, harmed: 0 }

async function sleeper(): Promise<ChildProcess> {
  const child = spawn('/bin/sleep', ['60'], { stdio: 'ignore' })
  await once(child, 'spawn')
  return child
}
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}
async function heir(pid: number): Promise<ChildProcess | null> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    writeFileSync('/proc/sys/kernel/ns_last_pid', String(pid - 1))
    const child = await sleeper()
    if (child.pid === pid) return child
    await end(child)
  }
  return null
}

for (let round = 0; round < rounds; round++) {
  counts.rounds++
  const first = await sleeper()
  const pid = first.pid ?? 0
  const held = await table.hold(pid)
  const info = held?.look()
  if (!held || !info) throw new Error('a child that cannot be held')
  await end(first)
  const second = await heir(pid)
  if (second === null) continue
  counts.reused++
  const proven = { pid, startTime: info.startTime, exe: info.exe }
  try {
    // What a tool does that believes a pid.
    process.kill(pid, 0)
    counts.naiveWouldHit++
  } catch { /* nobody there: the naive tool is lucky */ }
  const sameTick = (await table.inspect(pid))?.startTime === info.startTime
  if ((await send({ ...proven, held }, 'SIGTERM')).sent) counts.heldSent++
  // Without a hold a reuse within one tick of 10 ms cannot be told apart; it is counted, not hidden.
  if (sameTick) counts.looseSameTick++
  else if ((await send(proven, 'SIGTERM')).sent) counts.looseSent++
  held.release()
  if (second.exitCode !== null || second.signalCode !== null) counts.harmed++
  await end(second)
}
process.stdout.write(`${JSON.stringify(counts)}\n`)
