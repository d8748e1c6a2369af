// `purser lock list|show|release|prune|path`.
import { isByHand } from '../../core/enforcement/lock.ts'
import type { Line } from '../../core/text/line.ts'
import { faint, strong } from '../../core/text/line.ts'
import { answer, confirm, jsonText } from '../answer.ts'
import { command } from '../command.ts'
import { EXIT_DONE } from '../context.ts'
import { money, plural } from '../render/figures.ts'
import { renderLock, renderLocks } from '../render/locks.ts'

const ID = { value: 'ID', about: 'the id of a lock, such as L3f9a2c71b04e8d5a', completes: 'lock' } as const

export const lockList = command({
  operands: {}, options: { all: { kind: 'flag', about: 'released and expired ones too' } }, json: true,
  examples: [['purser lock list', 'what is locked now'], ['purser lock list --all', 'and what was']],
  async run(context, given) {
    const found = await context.plane().call('lock.list', given.options.all ? { all: true } : {})
    await answer(context, given, found, ({ locks }, view) => renderLocks(locks, { ...view, rowsMax: Infinity }))
    return EXIT_DONE
  },
})

export const lockShow = command({
  operands: { id: ID }, options: {}, json: true,
  examples: [['purser lock show L3f9a2c71b04e8d5a', 'who, what, when, why, and what came of it']],
  async run(context, given) {
    await answer(context, given, await context.plane().call('lock.show', { id: given.operands.id }), ({ lock }, view) => renderLock(lock, view))
    return EXIT_DONE
  },
})

export const lockRelease = command({
  operands: { id: ID },
  options: {
    reason: { kind: 'value', value: 'TEXT', about: 'why, for the records', required: true },
    raise: { kind: 'value', value: 'AMOUNT', about: 'US dollars added to the limit until this window ends; without it this budget locks no more until then' },
  },
  json: true,
  examples: [
    ['purser lock release L3f9a2c71b04e8d5a --reason "demo at four" --raise 5', 'go on, with $5 more until the window ends'],
    ['purser lock release L3f9a2c71b04e8d5a --reason "false alarm"', 'go on; no further lock for this breach'],
  ],
  async run(context, given) {
    const { reason, raise } = given.options
    const done = await context.plane().call('lock.release', { id: given.operands.id, reason, by: context.user, ...(raise === undefined ? {} : { raise }) })
    if (given.json) context.out(jsonText(done))
    else confirm(context, strong(done.lock.id), ` released: ${isByHand(done.lock) ? `session ${done.lock.perValue ?? ''}` : done.lock.rule} may run again`, faint(done.raised === null ? '' : `, with ${money(done.raised)} more until its window ends`))
    return EXIT_DONE
  },
})

export const lockPrune = command({
  operands: {}, options: { before: { kind: 'value', value: 'DATE', about: 'only those that ended before this day (2026-10-01) or longer ago (90d, the default)' } }, json: true,
  examples: [['purser lock prune', 'forget locks that ended more than 90 days ago'], ['purser lock prune --before 2026-10-01', 'keep the recent ones']],
  notes: ['A lock in force is never removed; release it instead.'],
  async run(context, given) {
    const { before } = given.options
    const done = await context.plane().call('lock.prune', before === undefined ? {} : { before })
    if (given.json) context.out(jsonText(done))
    else confirm(context, done.removed === 0 ? (before === undefined ? 'no lock ended more than 90 days ago; remove newer ones: purser lock prune --before 1d' : 'no lock had ended by then') : `${plural(done.removed, 'ended lock')} removed`)
    return EXIT_DONE
  },
})

export const lockPath = command({
  operands: {}, options: {}, json: true,
  examples: [['purser lock path', 'the folder of the lock files that hooks read'], ['ls "$(purser lock path)"', 'empty while nothing is locked']],
  notes: ['The files are written from the database and rebuilt when damaged; to unlock, use purser lock release.'],
  async run(context, given) {
    const { places } = await context.machine()
    if (given.json) context.out(jsonText({ path: places.locks }))
    else await answer(context, given, places.locks, (path): readonly Line[] => [[path]])
    return EXIT_DONE
  },
})
