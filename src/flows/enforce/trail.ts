// What a row remembers beyond its outcome, written at its end: the session a target ran and who was below it. After the
// target is gone, and after a restart of ours, this is how a successor and surviving children are recognised.
import type { Action } from '../../core/enforcement/lock.ts'
import { identityText, sameProcess, type ProcessIdentity } from '../../core/machine/process-table.ts'
import { parseIdentity } from './choose.ts'
import type { Survey } from './survey.ts'

// Rows are bounded; what does not fit is counted.
const CHILDREN_MAX = 64
const SESSION = /^[\w.:-]{1,200}$/

export function trail(session: string, children: readonly ProcessIdentity[]): string {
  const who = SESSION.test(session) ? `; session ${session}` : ''
  if (children.length === 0) return who
  const more = children.length > CHILDREN_MAX ? ` and ${children.length - CHILDREN_MAX} more` : ''
  return `${who}; below it: ${children.slice(0, CHILDREN_MAX).map(identityText).join(' ')}${more}`
}

export const sessionOn = (history: readonly Action[]): string =>
  history.reduce((session, { outcome }) => /; session ([\w.:-]+)(?:;|$)/.exec(outcome)?.[1] ?? session, '')

export function childrenOn(history: readonly Action[]): readonly ProcessIdentity[] {
  const found = new Map<string, ProcessIdentity>()
  for (const { outcome } of history) {
    for (const word of (/; below it: ([^;]*)$/.exec(outcome)?.[1] ?? '').split(' ')) {
      const identity = parseIdentity(word)
      if (identity) found.set(word, identity)
    }
  }
  return [...found.values()]
}

/** Another live process that runs the session this target ran. Without a known session there is none to recognise. */
export function successorOf(agents: Survey['agents'], target: ProcessIdentity, history: readonly Action[]): string | null {
  const session = sessionOn(history)
  const found = session === '' ? undefined : agents.find(({ heard, process }) => heard.heard && heard.witness.session === session && !sameProcess(process, target))
  return found ? identityText(found.process) : null
}
