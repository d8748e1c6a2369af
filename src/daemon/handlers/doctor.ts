// `doctor`: gathers what is known here, lets the rules judge it. What could not be found out is a finding too.
import { dirname, join } from 'node:path'
import { claudeCodeHookSettings, MANAGED_SETTINGS, settingsFileOf } from '../../agents/claude-code/hook-settings.ts'
import type { Handlers } from '../../api/control-plane.ts'
import type { ClockFacts, ConfigFacts, DoctorFacts, HookFacts, LogFacts, PricingFacts, SeatFacts } from '../../core/doctor/facts.ts'
import { diagnose } from '../../core/doctor/findings.ts'
import { disagreements } from '../../core/pricing/client-check.ts'
import { DAY_MS, instant, type Instant } from '../../core/time.ts'
import { orphanedClaims } from '../../flows/arbitrate/orphans.ts'
import { leaseHolder } from '../../flows/lease.ts'
import { commandRunner } from '../../notify/run-command.ts'
import { askThrough, collectMachineFacts } from '../../os/doctor-facts.ts'
import { hookPlaces, hooksStatus } from '../../os/files/hook-files.ts'
import { configHomeOf } from '../hooks-command.ts'
import { claimPorts } from '../world/claims.ts'
import type { World } from '../world/world.ts'

// A channel that failed within a day still needs somebody to look at it.
const FAILED_NOTICES_MS = DAY_MS

export const doctorHandlers = (world: World): Pick<Handlers, 'doctor'> => ({
  'doctor': async () => ({ findings: diagnose(await factsOf(world)).map(finding => ({ ...finding })) }),
})

async function factsOf(world: World): Promise<DoctorFacts> {
  const now = world.clock.now()
  const { places, environment } = world
  const configHome = configHomeOf(environment)
  const machine = await collectMachineFacts({
    platform: environment.platform, nodeVersion: process.versions.node, uid: process.getuid?.(), pid: process.pid,
    places: { state: places.state, runtime: places.runtime, database: places.database, configFile: places.configFile, socket: places.socket },
    hookScript: hookPlaces(places.state).script, proc: '/proc', root: '/', ask: askThrough(commandRunner(environment.variables)),
    clientSettings: [...managed(world), { client: 'Claude Code', file: settingsFileOf({ scope: 'user', configHome }) }, { client: 'Claude Code', file: join(configHome, 'settings.local.json') }],
  })
  const holder = await leaseHolder(world.stores)
  const [driver = '', version = ''] = world.database.description.split(' ')
  return {
    ...machine, now,
    versions: { installed: world.version, daemon: world.running.role === 'daemon' ? world.version : machine.socket.state === 'answers' ? (holder?.version ?? null) : null },
    sqlite: { driver, version }, config: configFacts(world), hooks: hookFacts(world, configHome), pricing: await pricingFacts(world),
    clock: await clockFacts(world, now), logs: await logFacts(world),
    watching: world.running.role === 'daemon' ? { folders: new Set((world.running.finding?.logs ?? []).map(log => dirname(log.path))).size, degraded: world.running.polling } : { unknown: 'only a running daemon watches' },
    processes: { shortfall: world.processes.shortfall, othersAgents: await othersAgents(world), childVerified: null },
    claims: await orphanedClaims(claimPorts(world, { changed: ms => world.clock.sleep(ms) })),
    seats: await seatFacts(world),
    notices: { channels: world.notifiers().length, ...(await world.outbox.health(instant(now - FAILED_NOTICES_MS))) },
  }
}

async function seatFacts({ config, terminals }: World): Promise<SeatFacts> {
  const { pool, sessions } = config.current().settings
  const [first] = terminals.filter(({ driver }) => driver === 'tmux')
  return { wanted: pool.min > 0 || sessions.length > 0, shortfall: first ? await first.shortfall() : 'there are no terminals here' }
}

/** An administrator's settings win over the user's. */
const managed = ({ environment: { platform } }: World): { client: string; file: string }[] => (platform === 'win32' ? [] : [{ client: 'Claude Code', file: MANAGED_SETTINGS[platform] }])

function configFacts(world: World): ConfigFacts {
  const { settings, problem } = world.config.current()
  return {
    file: world.places.configFile, problem: problem ?? '', armed: world.running.armed, observing: world.running.observe,
    holdsSecrets: settings.notify.some(channel => ('token' in channel && channel.token !== '') || ('secret' in channel && channel.secret !== '') || channel.channel === 'slack'),
    plainChannels: settings.notify.filter(channel => 'url' in channel && /^http:\/\/(?!127\.|localhost|\[::1\])/.test(channel.url)).map(channel => channel.id),
    stopping: settings.budgets.filter(budget => budget.onBreach !== 'warn').map(budget => budget.id),
    terminating: settings.budgets.filter(budget => budget.onBreach === 'terminate').map(budget => budget.id),
  }
}

function hookFacts(world: World, configHome: string): HookFacts {
  const { platform } = world.environment
  const files = [{ scope: 'user', file: settingsFileOf({ scope: 'user', configHome }) }, ...(platform === 'win32' ? [] : [{ scope: 'managed', file: MANAGED_SETTINGS[platform] }])]
  const status = hooksStatus({ settings: claudeCodeHookSettings, files, state: world.places.state, version: world.version, lastHeardAt: null })
  return {
    client: 'Claude Code', script: status.script, program: status.program, files: status.files, heardAt: world.running.hookHeardAt,
    listeningSince: world.running.role === 'daemon' ? world.running.startedAt : null, newestSessionAt: world.running.newestSessionAt,
  }
}

async function pricingFacts(world: World): Promise<PricingFacts> {
  const { unpriced, costs } = await world.stores.read(function* () {
    return { unpriced: yield* world.stores.ledger.unpricedModels(), costs: yield* world.stores.meters.disagreements() }
  })
  return {
    card: world.card.version, unpriced: unpriced.map(({ model, responses }) => ({ model, responses })),
    disagreements: disagreements(costs.map(({ model, clientCost, ourCost }) => ({ model, client: clientCost, ours: ourCost })))
      .map(({ model, ours, client }) => ({ model, ours, client, perMille: client === 0n ? 1_000 : Number(((ours - client) * 1_000n) / client) })),
  }
}

async function clockFacts(world: World, now: Instant): Promise<ClockFacts> {
  const { dated, judgedAt } = await world.stores.read(function* () {
    return { dated: yield* world.stores.ledger.dated(now), judgedAt: yield* world.stores.meta.get('judged_at') }
  })
  return {
    writtenUntil: judgedAt === null ? null : instant(Number(judgedAt)), futureEntries: dated.future, latestEntryAt: dated.latest,
    backwardSteps: world.running.clockSteps.count, longestBackMs: world.running.clockSteps.longestMs,
  }
}

async function logFacts(world: World): Promise<LogFacts> {
  const finding = world.running.finding ?? world.finder.find()
  const { flaws, grown, judgedAt } = await world.stores.read(function* () {
    return { flaws: yield* world.stores.cursors.flaws(), grown: yield* world.stores.cursors.grown(), judgedAt: yield* world.stores.meta.get('caught_up_at') }
  })
  const { waiting, roots, refused, unreadable, links, logs } = finding
  return {
    waiting, roots, refused, unreadable, links, files: logs.length, flaws, grown, warnGrowthBytes: world.warnGrowthBytes(),
    caughtUpAt: judgedAt === null ? null : instant(Number(judgedAt)),
  }
}

async function othersAgents(world: World): Promise<number | null> {
  if (world.processes.shortfall !== '') return null
  const { uid } = await world.processes.self()
  return (await world.processes.list()).filter(process => process.uid !== uid && world.adapters.some(adapter => adapter.process.role(process) === 'session')).length
}
