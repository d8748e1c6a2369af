// `purser index`: catch up with the logs once and exit. Needs no daemon; with one running it asks the daemon.
import { durationText } from '../../core/time.ts'
import { answer } from '../answer.ts'
import { command } from '../command.ts'
import { EXIT_DONE } from '../context.ts'
import { withProgress } from '../progress.ts'
import { bytesText } from '../render/figures.ts'
import { renderIndexed } from '../render/report.ts'

export const indexLogs = command({
  options: { rebuild: { kind: 'flag', about: 'read every log again from its beginning; nothing is counted twice' } },
  operands: {}, json: true,
  examples: [['purser index', 'read what is new'], ['purser index --rebuild', 'read everything again, after an update of purser']],
  notes: ['Records of logs that their agent has deleted since are kept.'],
  async run(context, given) {
    const { clock } = await context.machine()
    const startedAt = clock.monotonicMs()
    const plane = context.plane()
    const done = await withProgress(context, plane, plane.call('index', given.options.rebuild ? { rebuild: true } : {}))
    await answer(context, given, done, indexed => renderIndexed(indexed, bytesText(indexed.bytes), tookText(clock.monotonicMs() - startedAt)))
    return EXIT_DONE
  },
})

const tookText = (ms: number): string => (ms < 60_000 ? `${(ms / 1_000).toFixed(1)} s` : durationText(ms))
