// The small program behind the hook script: `node hook.cjs EVENT PID [asked]` with the payload on stdin. Asks the
// daemon if curl could not, else decides by the lock files. Loads no library; exit 0 is a decision, anything else none.
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { accountOfTranscript, claudeCodeHooks } from '../agents/claude-code/hooks.ts'
import type { HookCall } from '../core/enforcement/hook-verdict.ts'
import type { Asker } from '../core/enforcement/lock-reach.ts'
import { systemClock } from '../os/clock.ts'
import { readProjection } from '../os/files/lock-files.ts'
import { gitProjects } from '../os/projects.ts'
import { slotTaker } from '../os/files/save-slots.ts'
import { standardInput } from '../os/standard-input.ts'
import { askDaemon } from './ask-daemon.ts'
import { decideOffline } from './decide-offline.ts'

const AGENT = 'claude-code'
const ASK_DEADLINE_MS = 2_000
// Asking and reading together; after it the script's own last rule decides. Clients give a hook 10 s.
const DEADLINE_MS = 4_000
const NO_DECISION = 3
const PAYLOAD_BYTES_MAX = 64 * 1024 * 1024

async function answer(event: string, pid: number, asked: boolean): Promise<string> {
  const here = dirname(process.argv[1] ?? '')
  const body = await standardInput(PAYLOAD_BYTES_MAX)
  if (!asked) {
    const says = await askDaemon({ socket: readFileSync(join(here, 'socket'), 'utf8').trim(), path: `/hook/${AGENT}/${event}`, pid, body, deadlineMs: ASK_DEADLINE_MS })
    if (says.said === 'nothing') return ''
    if (says.said === 'json') return says.text
  }
  const call = callFrom(event, pid, body)
  const folder = join(here, '..', 'locks')
  const verdict = decideOffline(call, { ...readProjection(folder), now: call.at, asker: askerOf(call), take: slotTaker(folder) })
  return verdict.verdict === 'allow' ? '' : claudeCodeHooks.encode(call, verdict).stdout
}

/** A payload nobody can read still comes from a folder, and the folder decides. */
function callFrom(event: string, pid: number, body: string): HookCall {
  const decoded = claudeCodeHooks.decode(event, parsed(body)) ?? claudeCodeHooks.decode(event, { session_id: 'unknown', cwd: process.cwd(), tool_name: 'unknown' })
  if (!decoded) throw new Error('no folder')
  return { ...decoded, pid, at: systemClock.now() }
}

function askerOf(call: HookCall): Asker {
  const place = gitProjects().at(call.cwd)
  const scope = { node: '', agent: AGENT, account: accountOfTranscript(call.transcript, homedir()), project: place?.project ?? call.cwd, branch: place?.branch ?? '', session: call.session, subagent: call.subagent }
  return { scope, cwd: call.cwd, inRepository: place !== null && place.worktree !== '' }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}

setTimeout(() => process.exit(NO_DECISION), DEADLINE_MS).unref()
async function main(): Promise<void> {
  const [, , event = '', pid = '0', asked = ''] = process.argv
  try {
    process.stdout.write(await answer(event, Number(pid), asked === 'asked'))
  } catch {
    // What went wrong may quote the payload: nothing is printed, the script says what to do.
    process.exitCode = NO_DECISION
  }
}

void main()
