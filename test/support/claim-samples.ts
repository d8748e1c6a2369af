// One answer of every operation of claims, every field present.
import type { ClaimOperations } from '../../src/api/claim-answers.ts'
import type { Complete } from './sample-answers.ts'

export const holder = { agent: 'claude-code', session: '7f3a91c2-77b1-4f4e-9a55-02a1c1b0a001', generation: 2, node: 'n-1f2e3d4c', pid: 4121, proof: 'hook' }

export const claim: Complete<ClaimOperations['claim.list']['out']['claims'][number]> = {
  name: 'path:/home/ada/src/web-app/src/auth', holder, token: 7, acquiredAt: '2026-11-21T15:02:00.000Z', expiresAt: '2026-11-21T15:13:00.000Z', strict: false, reason: 'rewrite the login', mine: true,
}

export const held = {
  ok: false, refused: 'held', asked: 'path:/home/ada/src/web-app/src', name: claim.name, heldBy: holder, since: '2026-11-21T15:02:00.000Z', expiresAt: '2026-11-21T15:13:00.000Z',
  reason: 'rewrite the login', token: 7, strict: false, waiting: { ticket: 'w-1', position: 2 }, again: true,
  says: 'path:/home/ada/src/web-app/src lies under a claim on path:/home/ada/src/web-app/src/auth, which is held by claude-code session 7f3a91c2-77b1-4f4e-9a55-02a1c1b0a001 (pid 4121) since 2026-11-21 15:02 UTC (10m ago) with token 7 for: rewrite the login. It ends when that session releases it or ends.',
} as const

export const claimSamples: { readonly [N in keyof ClaimOperations]: Complete<ClaimOperations[N]['out']> } = {
  'claim.take': { ok: true, claims: [{ ...claim, how: 'reclaimed' }] },
  'claim.renew': { ok: true, claims: [{ ...claim, how: 'renewed' }] },
  'claim.release': { ok: true, released: [{ name: claim.name, token: 7, was: 'held' }] },
  'claim.hand': { ok: true, claims: [claim] },
  'claim.check': { ok: true, claims: [claim] },
  'claim.touch': held,
  'claim.wait': held,
  'claim.list': { claims: [claim] },
  'claim.show': { claim, around: [claim], waiting: [{ ticket: 'w-1', session: holder.session, names: [claim.name], since: '2026-11-21T15:02:00.000Z', until: '2026-11-21T15:12:00.000Z' }] },
  'claim.break': { claim: { ...claim, holder: null, acquiredAt: null, expiresAt: null, token: 8 }, brokenFrom: holder },
}

export const gitHookAnswer = { file: '/home/ada/src/web-app/.git/hooks/pre-commit', state: 'installed', other: true, changed: true } as const
