// One status line from the client's payload: the person's own command and the daemon at the same time, and without a
// daemon what the client itself says. Never fails: a client shows nothing for a command that does.
import { readStatusline } from '../agents/claude-code/statusline.ts'
import { SPENT_BASIS_POINTS, windowLabel } from '../core/accounts/quota.ts'
import type { StatuslineFacts } from '../core/statusline/facts.ts'
import { statusline } from '../core/statusline/line.ts'
import { statuslineScreen } from '../core/statusline/screen.ts'
import type { Instant } from '../core/time.ts'
import { askForLine, type LineAnswer } from './ask-daemon.ts'
import { runOwn } from './own-command.ts'

export interface StatuslineCall {
  readonly body: string
  readonly variables: Readonly<Record<string, string | undefined>>
  readonly socket: string
  /** The command of the person's own; '' when there is none. */
  readonly own: string
  /** The environment for it, which is the caller's; ours may have been cut. */
  readonly ownVariables: Readonly<Record<string, string | undefined>>
  /** The daemon was asked already, and this is what came of it. */
  readonly asked: 'absent' | 'silent' | null
  readonly now: Instant
  readonly zone: string
}

// A person waits for no line: the daemon answers in under 10 ms, and what the client itself says is the next best.
export const ASK_DEADLINE_MS = 300
// The client runs it again at the next change anyway; ccusage's own was measured at 4.9 s with a cold cache.
export const OWN_DEADLINE_MS = 6_000

/** What to print, each line ended; '' when there is nothing to say. */
export async function answerStatusline(call: StatuslineCall): Promise<string> {
  const [theirs, ours] = await Promise.all([ownLines(call), ownLine(call)])
  return [theirs, ours].filter(text => text !== '').map(text => `${text}\n`).join('')
}

async function ownLines({ own, body, ownVariables }: StatuslineCall): Promise<string> {
  return own === '' ? '' : runOwn({ command: own, input: body, variables: ownVariables, deadlineMs: OWN_DEADLINE_MS })
}

async function ownLine(call: StatuslineCall): Promise<string> {
  const { socket, body, variables, asked } = call
  const answer: LineAnswer = asked ? { said: asked } : await askForLine({ socket, body, variables, deadlineMs: ASK_DEADLINE_MS })
  return answer.said === 'line' ? answer.line : lineAlone(call, answer.said)
}

/** Session, windows and context are the client's own words; today and budgets are only the daemon's. */
function lineAlone({ body, variables, now, zone }: StatuslineCall, daemon: 'absent' | 'silent'): string {
  const reading = readStatusline(parsed(body))
  if (!reading) return ''
  const facts: StatuslineFacts = {
    model: reading.model, session: reading.cost === null ? null : { cost: reading.cost, atLeast: false }, today: null, hour: null, budget: null, lock: null,
    windows: reading.windows.filter(({ resetsAt }) => resetsAt === null || resetsAt > now).map(({ window, usedBasisPoints, resetsAt }) => ({
      label: windowLabel({ window, minutes: null }), usedBasisPoints, exhausted: usedBasisPoints >= SPENT_BASIS_POINTS, atLeast: false, resetsAt,
    })),
    contextPercent: reading.contextPercent, daemon,
  }
  return statusline(facts, { screen: statuslineScreen(variables), now, zone })
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}
