// `purser external list|show|sync|reset`: spend that no log shows.
import type { ExternalSyncAnswer } from '../../api/external-answer.ts'
import { AppError } from '../../core/errors.ts'
import { usdText } from '../../core/money.ts'
import { answer, note } from '../answer.ts'
import { command } from '../command.ts'
import { EXIT_DONE, EXIT_FINDINGS, EXIT_UNAVAILABLE, type Context } from '../context.ts'
import { renderExternal, renderReset, renderSources, renderSynced } from '../render/external.ts'
import { money, nanosOf } from '../render/figures.ts'

const ID = { value: 'ID', about: 'the id of an [[external]] table' } as const

export const externalList = command({
  operands: {}, options: {}, json: true,
  examples: [['purser external list', 'bills and chains; exits 5 if one cannot be read']],
  async run(context, given) {
    const found = await context.plane().call('external.list', {})
    await answer(context, given, found, ({ sources }, view) => renderSources(sources, view))
    return found.sources.some(({ failure }) => failure !== null) ? EXIT_FINDINGS : EXIT_DONE
  },
})

export const externalShow = command({
  operands: { id: { ...ID, optional: true } },
  options: { session: { kind: 'value', value: 'ID', about: 'what this session spent, by all sources' } },
  json: true,
  examples: [
    ['purser external show provider-bill', 'what it says, what is counted, and where the two part'],
    ['purser external show --session 8a1fb2c3-d4e5-4607-9829-3a4b5c6d7e8f', 'what a session spent outside of the logs'],
  ],
  async run(context, given) {
    const { operands: { id }, options: { session } } = given
    if ((id === undefined) === (session === undefined)) throw new AppError('invalid_input', 'name a source, or a session with --session\ntype: purser external list')
    await answer(context, given, await context.plane().call('external.show', { ...(id === undefined ? {} : { id }), ...(session === undefined ? {} : { session }) }), renderExternal)
    return EXIT_DONE
  },
})

export const externalSync = command({
  operands: { id: { ...ID, optional: true } }, options: {}, json: true,
  examples: [['purser external sync', 'read every source now'], ['purser external sync provider-bill --json', 'read one, for programs; exits 69 if it cannot be read']],
  notes: ['A daemon reads each source by itself, as often as its `every` says. Reading more often counts nothing twice.'],
  async run(context, given) {
    const results = await readAll(context, given.operands.id)
    await answer(context, given, { results }, found => renderSynced(found.results))
    return results.some(({ failure }) => failure !== null) ? EXIT_UNAVAILABLE : EXIT_DONE
  },
})

// A chain of any length comes to its end; a node that answers with ever more of it does not keep a terminal for ever.
const ROUNDS_MAX = 100_000

/** A long chain takes several calls; what they did together is one answer. */
async function readAll(context: Context, id: string | undefined): Promise<readonly ExternalSyncAnswer[]> {
  let results: readonly ExternalSyncAnswer[] = []
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const wanted = round === 0 ? [id] : results.filter(({ more }) => more).map(({ source }) => source)
    if (wanted.length === 0 || (round > 0 && context.interrupted().aborted)) break
    for (const each of wanted) {
      const found = (await context.plane().call('external.sync', each === undefined ? {} : { id: each })).results
      results = round === 0 ? found : results.map(before => together(before, found.find(({ source }) => source === before.source)))
    }
    for (const { source, entries, cost, more } of results) if (more) note(context, `${source}: ${entries} entries so far (${money(cost)}), reading on`)
  }
  return results
}

function together(before: ExternalSyncAnswer, now: ExternalSyncAnswer | undefined): ExternalSyncAnswer {
  if (!now) return before
  return { ...now, entries: before.entries + now.entries, cost: usdText((nanosOf(before.cost) ?? 0n) + (nanosOf(now.cost) ?? 0n)), withdrawn: before.withdrawn + now.withdrawn, locked: [...before.locked, ...now.locked] }
}

export const externalReset = command({
  operands: { id: ID },
  options: {
    reason: { kind: 'value', value: 'TEXT', about: 'why, for the records', required: true },
    subject: { kind: 'value', value: 'NAME', about: 'only the amount of this; without it all of the source' },
  },
  json: true,
  examples: [
    ['purser external reset provider-bill --reason "it begins anew each month"', 'count on from what it says now; nothing that is counted is taken off'],
    ['purser external reset spending-hook --reason "another node"', 'read a chain again from its beginning; nothing is counted twice'],
  ],
  async run(context, given) {
    const { operands: { id }, options: { reason, subject } } = given
    const done = await context.plane().call('external.reset', { id, reason, by: context.user, ...(subject === undefined ? {} : { subject }) })
    if (given.json || !context.quiet) await answer(context, given, done, renderReset)
    return EXIT_DONE
  },
})
