// What a refusal says: who holds it, since when, why, until when, and what to do. One sentence after the other, for a
// person at a terminal and for a model that has just been denied an edit.
import { durationText, isoText, type Instant } from '../time.ts'
import { PROCESS, SHELL, type HeldClaim, type Holder } from './claim.ts'
import type { Resource } from './resource.ts'

export interface Saying {
  readonly asked: Resource
  readonly by: HeldClaim
  readonly now: Instant
  /** This machine: another one is named. */
  readonly node: string
  /** Proven dead: only a strict claim is still in force then. */
  readonly dead?: boolean
}

export function heldText(saying: Saying): string {
  const { asked, by, now } = saying
  const { grant } = by
  const about = by.resource.name === asked.name ? asked.name : `${asked.name} lies under a claim on ${by.resource.name}, which`
  const why = grant.reason === '' ? '' : ` for: ${grant.reason.replace(/[.\s]+$/, '')}`
  return `${about} is held by ${holderText(grant.holder, saying.node)} since ${clockText(grant.acquiredAt)} (${durationText(now - grant.acquiredAt)} ago) with token ${by.token}${why}. ${untilText(saying)}`
}

/** `claude-code session 1f0c… (pid 4711)`, `a shell (pid 900)`, `a program (pid 12) on machine n-…`. */
export function holderText({ agent, session, pid, node }: Pick<Holder, 'agent' | 'session' | 'pid' | 'node'>, here: string): string {
  const where = node === here ? '' : ` on machine ${node}`
  if (agent === SHELL) return `a person's shell (pid ${pid})${where}`
  if (agent === PROCESS) return `a program (pid ${pid})${where}`
  return `${agent} session ${session} (pid ${pid})${where}`
}

// Enough of a UUID to tell sessions apart.
const SESSION_SHOWN = 8

/** In a column: `claude-code 7f3a91c2`, `a shell, pid 900`. */
export const shortHolder = ({ agent, session, pid }: Pick<Holder, 'agent' | 'session' | 'pid'>): string =>
  (agent === SHELL ? `a shell, pid ${pid}` : agent === PROCESS ? `a program, pid ${pid}` : `${agent} ${/^[0-9a-f-]{36}$/i.test(session) ? session.slice(0, SESSION_SHOWN) : session}`)

function untilText({ by: { resource, grant }, node, dead }: Saying): string {
  const { holder, strict, expiresAt } = grant
  const breaking = `purser claim break ${word(resource.name)} --reason WHY`
  if (strict && dead) return `Its holder is gone, but it is strict, so it ends only by hand: ${breaking}`
  if (strict) return `It is strict: it ends when its holder releases it, or by hand: ${breaking}`
  if (holder.node !== node) return `It ends when it is released, or at ${clockText(expiresAt)} unless that machine is heard from.`
  if (holder.agent === SHELL) return 'It ends when it is released there or that shell ends.'
  return holder.agent === PROCESS ? 'It ends with that program.' : 'It ends when that session releases it or ends.'
}

/** Appended for whoever may wait. */
export const waitText = (asked: Resource): string => `Wait for it: purser claim take ${word(asked.name)} --wait 10m`

/** For a model whose edit was denied. */
export function deniedText(saying: Saying): string {
  return `purser: this was not done. ${heldText(saying)} Work on something else meanwhile, or wait until it is free: purser claim wait ${word(saying.by.resource.name)} --for 10m`
}

export const queuedText = (asked: Resource, ahead: number): string =>
  `${asked.name} is free, but ${ahead === 1 ? 'somebody else has' : `${ahead} others have`} waited for it longer. ${waitText(asked)}`

export const deadlockText = (saying: Saying): string =>
  `Waiting would never end: ${heldText(saying)} And that one waits for what you hold. Release what you hold, then ask for all of it at once: purser claim take NAME NAME --wait 10m`

/** UTC by the minute: sentences travel between machines and zones. */
const clockText = (at: Instant): string => `${isoText(at).slice(0, 16).replace('T', ' ')} UTC`

/** As it is typed in a shell. */
export const word = (name: string): string => (/^[A-Za-z0-9_./:@%+=,-]+$/.test(name) ? name : `'${name.replaceAll("'", String.raw`'\''`)}'`)
