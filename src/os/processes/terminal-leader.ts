// The process that leads the session of a terminal: a person's shell, as far as anything says so. Looks; judges nothing.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

// After the name in /proc/<pid>/stat: state, parent, group, session.
const SESSION = 3
const PS_DEADLINE_MS = 2_000
const LINE_MAX = 64

/** Pid of the session's leader; 0 where it cannot be told. It may be gone: whoever asks looks. */
export function terminalLeader(pid: number, platform: string = process.platform): number {
  if (!Number.isSafeInteger(pid) || pid <= 0) return 0
  switch (platform) {
    case 'linux': return fromProc(pid)
    case 'darwin': return fromPs(pid)
    default: return 0
  }
}

function fromProc(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const session = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[SESSION])
    return Number.isSafeInteger(session) && session > 0 ? session : 0
  } catch {
    return 0
  }
}

/** macOS shows a session as an address: there it is the topmost ancestor of the same user on the same terminal. */
function fromPs(pid: number): number {
  try {
    return leaderFrom(execFileSync('/bin/ps', ['-axo', 'pid=,ppid=,uid=,tty='], { encoding: 'utf8', timeout: PS_DEADLINE_MS }), pid)
  } catch {
    return 0
  }
}

export function leaderFrom(listing: string, pid: number): number {
  const rows = new Map(listing.split('\n').flatMap(line => {
    const [own, parent, uid, tty = ''] = line.trim().split(/\s+/)
    return uid === undefined ? [] : [[Number(own), { parent: Number(parent), uid, tty }] as const]
  }))
  const asking = rows.get(pid)
  if (!asking || !asking.tty.startsWith('tty')) return 0
  let leader = pid
  for (let step = 0; step < LINE_MAX; step++) {
    const above = rows.get(leader)?.parent ?? 0
    const next = rows.get(above)
    if (!next || next.tty !== asking.tty || next.uid !== asking.uid) break
    leader = above
  }
  return leader
}
