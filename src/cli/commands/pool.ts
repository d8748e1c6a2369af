// `purser pool up|down|scale`: sessions in terminals of purser's own.
import { AppError } from '../../core/errors.ts'
import { answer, confirm } from '../answer.ts'
import { command } from '../command.ts'
import { EXIT_DONE } from '../context.ts'
import { renderPool } from '../render/pool.ts'

const LEFT_ALONE = 'Only the names of the pool\'s range, and of [[session]] tables, are ever touched, and of those only what purser itself has opened.'

export const poolUp = command({
  operands: {}, options: {}, json: true,
  examples: [['purser pool up', 'the sessions of your configuration, each in a terminal of its own']],
  notes: ['A session the configuration names goes on with the conversation it had there, in the permission mode it had.', LEFT_ALONE],
  async run(context, given) {
    await answer(context, given, await context.plane().call('pool.up', {}), renderPool)
    return EXIT_DONE
  },
})

export const poolDown = command({
  operands: {}, options: { force: { kind: 'flag', about: 'also those that work, or wait for a person' } }, json: true,
  examples: [['purser pool down', 'ends what is idle'], ['purser pool down --force', 'ends all of it; their conversations stay, and can be taken up']],
  notes: ['Tasks go on: purser task cancel ends one.', LEFT_ALONE],
  async run(context, given) {
    await answer(context, given, await context.plane().call('pool.down', given.options.force ? { force: true } : {}), renderPool)
    return EXIT_DONE
  },
})

export const poolScale = command({
  operands: { size: { value: 'NUMBER', about: 'how many sessions the pool shall have' } }, options: {}, json: true,
  examples: [['purser pool scale 3', 'opens or ends idle ones until there are three']],
  notes: ['Those that work are never ended for it.', LEFT_ALONE],
  async run(context, given) {
    const { size } = given.operands
    if (!/^\d{1,4}$/.test(size)) throw new AppError('invalid_input', `a pool has a whole number of sessions, not "${size}"`)
    const done = await context.plane().call('pool.scale', { size: Number(size) })
    await answer(context, given, done, renderPool)
    if (!given.json && done.opened.length + done.closed.length + done.left.length === 0) confirm(context, `the pool has ${size} already`)
    return EXIT_DONE
  },
})
