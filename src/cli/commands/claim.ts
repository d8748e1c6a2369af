// `purser claim take|renew|release|list|show|break|wait`.
import type { ClaimAsker, ClaimHow, ClaimRefusal, ClaimTaken } from '../../api/claim-answers.ts'
import { AppError } from '../../core/errors.ts'
import { faint, strong, toned } from '../../core/text/line.ts'
import { instant, isoText, parseDurationMs } from '../../core/time.ts'
import { answer, confirm, jsonText, note } from '../answer.ts'
import { command } from '../command.ts'
import { EXIT_DONE, type Context } from '../context.ts'
import { renderClaim, renderClaims } from '../render/claims.ts'

export const EXIT_HELD = 75
const EXIT_REFUSED = 3

const NAMES = { value: 'NAME', about: 'path:FOLDER, repo:FOLDER, branch:NAME, or any word', many: 'words' } as const
const NAME = { value: 'NAME', about: 'path:FOLDER, repo:FOLDER, branch:NAME, or any word' } as const
const SESSION = { kind: 'value', value: 'ID', about: 'which of your sessions, where you run below several (else PURSER_SESSION_ID)' } as const
const TTL = { kind: 'value', value: 'TIME', about: 'how long other machines wait for word of you; 60s unless said, 24h at most' } as const
const REASON = { kind: 'value', value: 'TEXT', about: 'what for; whoever is refused reads it' } as const
const EXITS = 'Exit 0: yours. 75: somebody else\'s, who and since when is said. 3: refused for another reason. 69: the records cannot be reached.'

export const claimTake = command({
  operands: { names: NAMES },
  options: {
    reason: REASON, wait: { kind: 'value', value: 'TIME', about: 'stand in line for so long; whoever asked first is served first' }, ttl: TTL,
    strict: { kind: 'flag', about: 'never taken over, even when you are gone: only release and break end it' }, session: SESSION,
  },
  json: true,
  examples: [
    ['purser claim take path:src/auth --reason "rewrite the login"', 'others are kept from editing there'],
    ['purser claim take branch:main deploy --wait 10m', 'both or neither, as soon as both are free'],
    ['purser claim take repo:. --strict', 'the whole repository, until you release it'],
  ],
  notes: [
    EXITS,
    'It is held by the agent session this runs in, else by your terminal\'s shell, and ends with it. Taking what is yours already succeeds.',
    'A path covers what lies below it; a repository covers its branches and files.',
  ],
  async run(context, given) {
    const { reason, wait, ttl, strict } = given.options
    const asked = {
      ...(await askedOf(context, given.operands.names, given.options.session)), ...(reason === undefined ? {} : { reason }), ...(ttl === undefined ? {} : { ttl }), ...(strict ? { strict } : {}),
    }
    const found = wait === undefined ? await context.plane().call('claim.take', asked) : await takeInLine(context, asked, durationOf('--wait', wait))
    if (!found.ok) return refuse(context, given.json, found)
    if (given.json) context.out(jsonText(takenJson(found)))
    else for (const claim of found.claims) confirm(context, strong(claim.name), ` ${HOW[claim.how]}`, faint(` (token ${claim.token})`))
    return EXIT_DONE
  },
})

const HOW: Readonly<Record<ClaimHow, string>> = { granted: 'is yours', renewed: 'is still yours', reclaimed: 'is yours: its last holder is gone' }

/** With one name its claim stands at the top too, for a script that took one. */
const takenJson = (found: ClaimTaken): object => (found.claims.length === 1 ? { ok: true, ...found.claims[0], claims: found.claims } : found)

type TakeInput = Awaited<ReturnType<typeof askedOf>>

/** Asks again with the same ticket for as long as the place in the queue is kept; says once whom it waits for. */
async function takeInLine(context: Context, asked: TakeInput, ms: number): Promise<ClaimTaken | ClaimRefusal> {
  const { clock } = await context.machine()
  const wait = { ticket: crypto.randomUUID(), until: isoText(instant(clock.now() + ms)) }
  for (let told = ''; ;) {
    const found = await context.plane().call('claim.take', { ...asked, wait })
    if (found.ok || !('waiting' in found) || !found.waiting) return found
    if (told !== found.says) note(context, faint(`waiting, ${found.waiting.position === 1 ? 'next in line' : `number ${found.waiting.position} in line`}: ${found.says}`))
    told = found.says
  }
}

export const claimRenew = command({
  operands: { names: NAMES }, options: { reason: REASON, ttl: TTL, session: SESSION }, json: true,
  examples: [['purser claim renew path:src/auth --reason "now its tests"', 'say anew what it is for']],
  notes: ['A running purser renews by itself for as long as the holder lives; nobody has to do this.', EXITS],
  async run(context, given) {
    const { reason, ttl } = given.options
    const found = await context.plane().call('claim.renew', { ...(await askedOf(context, given.operands.names, given.options.session)), ...(reason === undefined ? {} : { reason }), ...(ttl === undefined ? {} : { ttl }) })
    if (!found.ok) return refuse(context, given.json, found)
    if (given.json) context.out(jsonText(takenJson(found)))
    else for (const claim of found.claims) confirm(context, strong(claim.name), ' renewed', faint(` (token ${claim.token})`))
    return EXIT_DONE
  },
})

export const claimRelease = command({
  operands: { names: NAMES }, options: { session: SESSION }, json: true,
  examples: [['purser claim release path:src/auth', 'others may edit there again']],
  notes: ['Releasing what nobody holds succeeds. What another living holder has is not released: purser claim break does that, with a reason.', EXITS],
  async run(context, given) {
    const found = await context.plane().call('claim.release', await askedOf(context, given.operands.names, given.options.session))
    if (!found.ok) return refuse(context, given.json, found)
    if (given.json) context.out(jsonText(found))
    else for (const { name, was } of found.released) confirm(context, strong(name), was === 'held' ? ' released' : ' was free already')
    return EXIT_DONE
  },
})

export const claimList = command({
  operands: {}, options: { all: { kind: 'flag', about: 'free names too: every name ever claimed keeps its token' } }, json: true,
  examples: [['purser claim list', 'who holds what, since when and why']],
  async run(context, given) {
    const found = await context.plane().call('claim.list', { asker: await askerOf(context), ...(given.options.all ? { all: true } : {}) })
    await answer(context, given, found, ({ claims }, view) => renderClaims(claims, { ...view, rowsMax: Infinity }))
    return EXIT_DONE
  },
})

export const claimShow = command({
  operands: { name: NAME }, options: {}, json: true,
  examples: [['purser claim show path:src/auth', 'who holds it, what around it is claimed, and who waits']],
  async run(context, given) {
    const found = await context.plane().call('claim.show', { name: given.operands.name, cwd: context.folder, asker: await askerOf(context) })
    await answer(context, given, found, renderClaim)
    return EXIT_DONE
  },
})

export const claimBreak = command({
  operands: { name: NAME }, options: { reason: { ...REASON, required: true, about: 'why, for the records' } }, json: true,
  examples: [['purser claim break path:src/auth --reason "its agent hangs"', 'take it away from whoever holds it']],
  notes: ['The holder is not stopped; hooks, purser guard and the git hook refuse it from now on. It is written to the audit trail.'],
  async run(context, given) {
    const found = await context.plane().call('claim.break', { name: given.operands.name, cwd: context.folder, reason: given.options.reason, by: context.user })
    if (given.json) context.out(jsonText(found))
    else confirm(context, strong(found.claim.name), ` taken away from ${found.brokenFrom.agent} session ${found.brokenFrom.session}; it is free`)
    return EXIT_DONE
  },
})

export const claimWait = command({
  operands: { names: NAMES }, options: { for: { kind: 'value', value: 'TIME', about: 'give up after; 10m unless said' }, session: SESSION }, json: true,
  examples: [['purser claim wait path:src/auth --for 5m && make', 'go on once nobody else holds it']],
  notes: ['Takes nothing, so somebody may be faster; to be sure: purser claim take NAME --wait 10m', EXITS],
  async run(context, given) {
    const { clock } = await context.machine()
    const until = isoText(instant(clock.now() + durationOf('--for', given.options.for ?? '10m')))
    const asked = await askedOf(context, given.operands.names, given.options.session)
    // Its deadline is over already: answered at once, so that a person sees whom they wait for.
    let found = await context.plane().call('claim.wait', { ...asked, until: isoText(clock.now()) })
    for (let told = ''; !found.ok && (told === '' || ('again' in found && found.again));) {
      if (found.refused !== 'held') break
      if (told !== found.says) note(context, faint(`waiting: ${found.says}`))
      told = found.says
      found = await context.plane().call('claim.wait', { ...asked, until })
    }
    if (!found.ok) return refuse(context, given.json, found)
    if (given.json) context.out(jsonText(found))
    return EXIT_DONE
  },
})

export async function askerOf(context: Context): Promise<ClaimAsker> { return (await context.machine()).asker() }

/** `session` chooses among what can be proven; the variable is what `purser run` exports. */
export async function askedOf(context: Context, names: readonly string[], session: string | undefined): Promise<{ readonly names: readonly string[]; readonly cwd: string; readonly asker: ClaimAsker }> {
  const chosen = session ?? (context.environment.variables.PURSER_SESSION_ID || undefined)
  return { names, cwd: context.folder, asker: { ...(await askerOf(context)), ...(chosen === undefined ? {} : { session: chosen }) } }
}

export function durationOf(option: string, text: string): number {
  const ms = parseDurationMs(text)
  if (ms === null || ms <= 0) throw new AppError('invalid_input', `${option} takes a duration like 10m, not "${text}"`)
  return ms
}

/** Says who stands in the way, on stderr or as JSON; answers the exit code. */
export function refuse(context: Context, json: boolean, refusal: ClaimRefusal): number {
  if (json) context.out(jsonText(refusal))
  else note({ ...context, quiet: false }, strong('purser: '), toned('bad', refusal.says))
  return refusal.refused === 'held' || refusal.refused === 'queued' ? EXIT_HELD : EXIT_REFUSED
}

