// The operations of claims: names read, the asker proven, then one flow each. Refusals are answers; only what cannot be
// understood, and a store that cannot be had, are errors.
import type { ClaimOperations, ClaimRefusal, ClaimTaken } from '../../api/claim-answers.ts'
import type { Handlers } from '../../api/control-plane.ts'
import { isHeld, type Claim } from '../../core/claims/claim.ts'
import { overlaps, placeOf, resourceFrom, resourcesFrom, type Resource, type ResourcePorts } from '../../core/claims/resource.ts'
import { AppError } from '../../core/errors.ts'
import { sameProcess } from '../../core/machine/process-table.ts'
import { isoText } from '../../core/time.ts'
import { checkClaims, claimOver, holdsFor, type NotHeld } from '../../flows/arbitrate/fence.ts'
import { breakClaim, handClaims, releaseClaims } from '../../flows/arbitrate/give-back.ts'
import { identify, identifyItself, type Identified } from '../../flows/arbitrate/identify.ts'
import { awaitFree, takePatiently } from '../../flows/arbitrate/patience.ts'
import type { ClaimPorts } from '../../flows/arbitrate/ports.ts'
import { renewClaims } from '../../flows/arbitrate/renew.ts'
import type { NotTaken, Taken } from '../../flows/arbitrate/take.ts'
import { claimPlaces } from '../../os/claim-places.ts'
import { bell, claimPorts } from '../world/claims.ts'
import type { World } from '../world/world.ts'
import { askedFrom, askerFrom, deadlineOf, fields, pathsFrom, placeFrom, reasonOf, ticketOf, tokenOf, tokensFrom, ttlOf } from './claim-input.ts'
import { claimAnswer, deadlockAnswer, heldAnswer, holderAnswer, lostAnswer, queuedAnswer, unprovenAnswer } from './claim-answer.ts'

const LISTED_MAX = 10_000
type Proven = Extract<Identified, { proven: true }>
type Of<N extends keyof ClaimOperations> = ClaimOperations[N]['in']
type Answer<N extends keyof ClaimOperations> = Promise<ClaimOperations[N]['out']>

interface Room { readonly world: World; readonly ports: ClaimPorts; readonly places: ResourcePorts; /** Something was taken, given back or handed on. */ readonly changed: (resources: readonly Resource[]) => void }

/** `afterChange`: what hooks read of claims has changed. */
export function claimHandlers(world: World, afterChange: () => void): Pick<Handlers, keyof ClaimOperations> {
  const rung = bell(world)
  const room: Room = {
    world, ports: claimPorts(world, rung), places: claimPlaces(world.projects, world.environment.home),
    // Hooks read of places alone: a word that is taken writes no file.
    changed: resources => {
      rung.ring()
      if (resources.some(({ kind }) => kind === 'path' || kind === 'repo')) afterChange()
    },
  }
  return {
    'claim.take': asked => take(room, asked), 'claim.renew': asked => renew(room, asked), 'claim.release': asked => release(room, asked),
    'claim.hand': asked => hand(room, asked), 'claim.check': asked => check(room, asked), 'claim.touch': asked => touch(room, asked),
    'claim.wait': asked => waitUntilFree(room, asked), 'claim.list': asked => list(room, asked), 'claim.show': asked => show(room, asked), 'claim.break': asked => breakByHand(room, asked),
  }
}

async function take({ world, ports, places, changed }: Room, asked: Of<'claim.take'>): Answer<'claim.take'> {
  const wait = asked.wait === undefined ? null : { ticket: ticketOf(fields(asked.wait, 'wait').ticket), until: deadlineOf(asked.wait.until, world.clock.now()) }
  const wanted = { strict: asked.strict === true, reason: reasonOf(asked.reason), ttlMs: ttlOf(asked.ttl), wait }
  return withAsker({ ports, places }, asked, async (resources, asker) => {
    const found = await takePatiently(ports, { resources, claimant: asker.claimant, asking: asker.asking, ...wanted })
    if (found.result === 'taken' && found.claims.some(({ how }) => how !== 'renewed')) changed(resources)
    return takeAnswer(world, found, resources, wait)
  }, 'never')
}

async function renew({ world, ports, places }: Room, asked: Of<'claim.renew'>): Answer<'claim.renew'> {
  const reason = reasonOf(asked.reason), token = tokenOf(asked.token), ttlMs = asked.ttl === undefined ? null : ttlOf(asked.ttl)
  return withAsker({ ports, places }, asked, async (resources, asker) => {
    const found = await renewClaims(ports, { ...asker, resources, token, reason, ttlMs })
    if (found.result === 'current') return { ok: true, claims: found.claims.map(claim => ({ ...claimAnswer(claim), how: 'renewed' as const })) }
    return notHeldAnswer(world, found)
  }, 'refused')
}

async function release({ world, ports, places, changed }: Room, asked: Of<'claim.release'>): Answer<'claim.release'> {
  const tokens = tokensOf(asked, places)
  return withAsker({ ports, places }, asked, async (resources, asker) => {
    const found = await releaseClaims(ports, { ...asker, resources, tokens })
    if (found.result !== 'released') return notHeldAnswer(world, found)
    if (found.released.some(({ was }) => was === 'held')) changed(resources)
    return { ok: true, released: found.released }
  }, 'refused')
}

async function hand({ world, ports, places, changed }: Room, asked: Of<'claim.hand'>): Answer<'claim.hand'> {
  return withAsker({ ports, places }, asked, async (resources, asker) => {
    const heir = await identifyItself(ports, askerFrom(asked.to))
    const names = resources.map(({ name }) => name).join(' ')
    if (!heir.proven) return unprovenAnswer(names, heir.because)
    if (!heir.line.some(process => sameProcess(process, asker.asking))) return unprovenAnswer(names, `pid ${asked.to.pid} does not run below pid ${asker.asking.pid}`)
    const found = await handClaims(ports, { ...asker, resources, to: heir.claimant })
    if (found.result === 'lost') return lostAnswer(found.asked, found.by, world.node, found.now)
    changed(resources)
    return { ok: true, claims: found.claims.map(claim => claimAnswer(claim)) }
  })
}

async function check({ world, ports, places }: Room, asked: Of<'claim.check'>): Answer<'claim.check'> {
  const tokens = tokensOf(asked, places)
  return withAsker({ ports, places }, asked, async (resources, asker) => {
    const found = await checkClaims(ports, { ...asker, resources, tokens })
    return found.result === 'current' ? { ok: true, claims: found.claims.map(claim => claimAnswer(claim)) } : notHeldAnswer(world, found)
  }, 'refused')
}

async function touch({ world, ports, places }: Room, asked: Of<'claim.touch'>): Answer<'claim.touch'> {
  const paths = pathsFrom(asked.paths).flatMap(path => placeOf(path.startsWith('/') ? path : `${asked.cwd}/${path}`, places) ?? [])
  return withAsker({ ports, places }, asked, async (named, asker) => {
    const over = await claimOver(ports, { ...asker, touched: [...named, ...paths] })
    return over ? heldAnswer(over, { node: world.node, hint: false }) : { ok: true }
  })
}

async function waitUntilFree({ world, ports, places }: Room, asked: Of<'claim.wait'>): Answer<'claim.wait'> {
  const until = deadlineOf(asked.until, world.clock.now())
  return withAsker({ ports, places }, asked, async (touched, asker) => {
    const { over, again } = await awaitFree(ports, { ...asker, touched, meets: overlaps, until })
    return over ? heldAnswer(over, { node: world.node, hint: false, again }) : { ok: true }
  })
}

async function list({ world: { stores }, ports }: Room, { all, asker }: Of<'claim.list'>): Answer<'claim.list'> {
  const claims = await stores.read(() => (all === true ? stores.claims.all(LISTED_MAX) : stores.claims.held()))
  const isMine = await ownOf(ports, asker)
  return { claims: claims.map(claim => claimAnswer(claim, isMine(claim))) }
}

async function show({ world: { stores }, ports, places }: Room, asked: Of<'claim.show'>): Answer<'claim.show'> {
  const { name, cwd } = placeFrom(asked)
  const resource = resourceFrom(name, cwd, places)
  const read = await stores.read(function* () {
    return { claim: yield* stores.claims.get(resource.name), held: yield* stores.claims.held(), tickets: yield* stores.claims.tickets() }
  })
  const isMine = await ownOf(ports, asked.asker)
  const claim = read.claim ?? { resource, token: 0, grant: null }
  return {
    claim: claimAnswer(claim, isMine(claim)),
    around: read.held.filter(each => each.resource.name !== resource.name && overlaps(each.resource, resource)).map(each => claimAnswer(each, isMine(each))),
    waiting: read.tickets.filter(({ resources }) => resources.some(each => overlaps(each, resource)))
      .map(({ id, claimant, resources, since, until }) => ({ ticket: id, session: claimant.session, names: resources.map(each => each.name), since: isoText(since), until: isoText(until) })),
  }
}

async function breakByHand({ ports, places, changed }: Room, asked: Of<'claim.break'>): Answer<'claim.break'> {
  const { name, cwd } = placeFrom(asked)
  const reason = reasonOf(asked.reason) ?? ''
  if (reason === '') throw new AppError('invalid_input', 'say why, for whoever looks at it tomorrow: --reason "..."')
  const broken = await breakClaim(ports, { resource: resourceFrom(name, cwd, places), reason, by: String(asked.by) })
  changed([broken.resource])
  return { claim: claimAnswer({ ...broken, token: broken.token + 1, grant: null }), brokenFrom: holderAnswer(broken.grant.holder) }
}

/** Reads the names and proves the asker; an unproven one is told why, as an answer. `line`: when it matters what a program that holds by itself runs below. */
async function withAsker<T extends object>({ ports, places }: Pick<Room, 'ports' | 'places'>, given: unknown, then: (resources: readonly Resource[], asker: Proven) => Promise<T | ClaimRefusal>, line: 'always' | 'refused' | 'never' = 'always'): Promise<T | ClaimRefusal> {
  const { names, cwd, asker } = askedFrom(given)
  const resources = names.length === 0 && 'paths' in (given as object) ? [] : resourcesFrom(names, cwd, places)
  const asAsker = async (alone: boolean): Promise<T | ClaimRefusal> => {
    const found = await identify(ports, asker, { alone })
    return found.proven ? then(resources, found) : unprovenAnswer(resources.map(({ name }) => name).join(' '), found.because)
  }
  if (line === 'always' || asker.as !== 'process') return asAsker(false)
  // Most programs ask for what they hold by themselves. What they run below is half a millisecond of reading, and only a
  // refusal needs to know it; that one has written nothing.
  const answer = await asAsker(true)
  return line === 'refused' && isHeldBySomebody(answer) ? asAsker(false) : answer
}

const isHeldBySomebody = (answer: object): boolean => 'refused' in answer && answer.refused === 'held'

const tokensOf = ({ tokens, cwd }: { readonly tokens?: unknown; readonly cwd: string }, places: ResourcePorts): ReadonlyMap<string, number> =>
  new Map(tokensFrom(tokens).map(([name, token]) => [resourceFrom(name, cwd, places).name, token]))

/** Whether a claim is the asker's; nothing is said where nobody asks or nothing is proven. */
async function ownOf(ports: ClaimPorts, asker: unknown): Promise<(claim: Claim) => boolean | undefined> {
  if (asker === undefined) return () => undefined
  const found = await identify(ports, askerFrom(asker))
  if (!found.proven) return () => undefined
  const here = await ports.seat()
  return claim => isHeld(claim) && holdsFor(claim, found.claimant, found.line, here)
}

const notHeldAnswer = (world: World, found: NotHeld): ClaimRefusal =>
  (found.result === 'held' && found.by ? heldAnswer({ ...found, by: found.by }, { node: world.node, hint: false }) : lostAnswer(found.asked, found.by, world.node, found.now))

function takeAnswer(world: World, found: Taken | NotTaken, resources: readonly Resource[], wait: { readonly ticket: string } | null): ClaimTaken | ClaimRefusal {
  if (found.result === 'taken') {
    const byName = new Map(found.claims.map(each => [each.claim.resource.name, each]))
    return { ok: true, claims: resources.flatMap(({ name }) => { const each = byName.get(name); return each ? [{ ...claimAnswer(each.claim), how: each.how }] : [] }) }
  }
  const waiting = wait && found.position > 0 ? { ticket: wait.ticket, position: found.position } : undefined
  if (found.result === 'queued') return queuedAnswer(found.asked, found.position, waiting)
  return found.result === 'deadlock' ? deadlockAnswer(found, world.node) : heldAnswer(found, { node: world.node, waiting, hint: wait === null })
}
