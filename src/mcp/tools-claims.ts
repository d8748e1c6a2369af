// Claims for agents: who works on what, taking something before work on it begins, giving it back.
import * as z from 'zod/mini'
import type { ClaimRefusal } from '../api/claim-answers.ts'
import { SECOND_MS, instant, isoText } from '../core/time.ts'
import { plural } from '../core/text/figures.ts'
import { said, text, tool, type Answered } from './tool.ts'

// Most clients wait a minute for a tool. A place kept for an agent that may never ask again would hold up everybody behind it.
const WAIT_SECONDS_MAX = 45
const NAMES_MAX = 32
const SAID_MAX = 6

const names = z.array(text('path:FOLDER, repo:., branch:NAME, or any word such as deploy')).check(z.minLength(1), z.maxLength(NAMES_MAX), z.describe('All of them or none. A path covers what lies below it; a repository covers its branches and files.'))
const holder = z.looseObject({ agent: z.string(), session: z.string() })

export const claimAcquire = tool({
  name: 'claim_acquire', title: 'Claim before work', writes: true, idempotent: true,
  about: 'Take the exclusive right to work on folders, branches, a repository or any named thing, so that other agents are kept off. Held by this session and gone with it. Refused: somebody else works there; who, since when and why is said.',
  input: z.strictObject({
    names, reason: z.optional(text('What for, in a few words; whoever is refused reads it.', 200)),
    strict: z.optional(z.boolean().check(z.describe('Kept even when this session is gone, until it is released or broken by hand.'))),
    wait_seconds: z.optional(z.int().check(z.minimum(0), z.maximum(WAIT_SECONDS_MAX), z.describe(`Stand in line for so long, at most ${WAIT_SECONDS_MAX}; then the place is given up.`))),
  }),
  output: z.looseObject({ ok: z.boolean(), refused: z.optional(z.string()), says: z.optional(z.string()), claims: z.optional(z.array(z.looseObject({ name: z.string(), token: z.int() }))), heldBy: z.optional(holder) }),
  async run({ plane, door, ticketFor, now }, { names: wanted, wait_seconds: seconds = 0, ...more }) {
    const asked = { names: wanted, cwd: door.folder, asker: door.asker, ...said(more) }
    const until = now() + seconds * SECOND_MS
    for (;;) {
      const found = await plane.call('claim.take', seconds === 0 ? asked : { ...asked, wait: { ticket: ticketFor(wanted), until: isoText(instant(until)) } })
      if (found.ok) return { says: found.claims.map(({ name, how, token }) => `${name} is ${how === 'renewed' ? 'still yours' : 'yours'} (token ${token})`).join('; ').concat('.'), content: { ...found } }
      if (seconds === 0 || !('waiting' in found) || !found.waiting || now() >= until) return refusedAs(found)
    }
  },
})

export const claimRelease = tool({
  name: 'claim_release', title: 'Give claims back', writes: true, idempotent: true,
  about: 'Give back what this session claimed. Releasing what nobody holds succeeds.',
  input: z.strictObject({ names }),
  output: z.looseObject({ ok: z.boolean(), refused: z.optional(z.string()), says: z.optional(z.string()), released: z.optional(z.array(z.looseObject({ name: z.string(), was: z.string() }))) }),
  async run({ plane, door }, { names: wanted }) {
    const found = await plane.call('claim.release', { names: wanted, cwd: door.folder, asker: door.asker })
    if (!found.ok) return refusedAs(found)
    return { says: `${found.released.map(({ name, was }) => `${name} ${was === 'held' ? 'is released' : 'was free already'}`).join('; ')}.`, content: { ...found } }
  },
})

export const claimList = tool({
  name: 'claim_list', title: 'Who works on what', writes: false, idempotent: true,
  about: 'Every claim in force: what, who holds it, since when and why, and which are this session\'s own. Ask before editing where others may work.',
  input: z.strictObject({}),
  output: z.looseObject({ claims: z.array(z.looseObject({ name: z.string(), token: z.int(), holder: z.nullable(holder), reason: z.string() })) }),
  async run({ plane, door }) {
    const { claims } = await plane.call('claim.list', { asker: door.asker })
    const shown = claims.slice(0, SAID_MAX).map(({ name, holder: by, mine, reason }) => `${name}: ${mine === true ? 'yours' : by === null ? 'free' : `${by.agent} ${by.session}`}${reason === '' ? '' : ` (${reason})`}`)
    const more = claims.length > SAID_MAX ? ` ${plural(claims.length - SAID_MAX, 'more claim')}.` : ''
    return { says: claims.length === 0 ? 'Nothing is claimed.' : `${shown.join('; ')}.${more}`, content: { claims } }
  },
})

const refusedAs = (found: ClaimRefusal): Answered => ({ says: `Refused: ${found.says}`, content: { ...found } })
