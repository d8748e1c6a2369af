// Moves where counting goes on from, by hand and with a reason. Whatever was posted stays posted.
import { keyOf, markText, reset, type Mark } from '../../core/external/cumulative.ts'
import { units, type ExternalSource } from '../../core/external/source.ts'
import { AppError } from '../../core/errors.ts'
import type { ExternalWorld } from './post.ts'

export interface Reset { readonly subjects: readonly { readonly subject: string; readonly from: string; readonly to: string }[]; readonly fromBlock: number | null }

export async function resetSource(world: Pick<ExternalWorld, 'stores' | 'clock'>, source: ExternalSource, { reason, by, subject }: { readonly reason: string; readonly by: string; readonly subject: string | null }): Promise<Reset> {
  if (reason.trim() === '') throw new AppError('invalid_input', 'a reset needs a reason, for the records: --reason "the bill begins anew each month"')
  const { stores, clock } = world
  return stores.transaction(function* () {
    const { external, events } = stores
    const now = clock.now()
    const note = (fields: Readonly<Record<string, string | number>>) => events.add({ code: 'external.reset', level: 'info', fields: { source: source.id, reason, by, ...fields } }, now)
    if (source.kind === 'evm') {
      const state = yield* external.state(source.id)
      yield* external.dropBlocks(source.id, (yield* external.blocks(source.id)).map(({ number }) => number))
      // What it says of the chain it was on goes too: reading anew is how another node is taken.
      if (state) yield* external.save({ ...state, chain: '', nextBlock: source.fromBlock })
      yield* note({ fromBlock: source.fromBlock })
      return { subjects: [], fromBlock: source.fromBlock }
    }
    const marks = subject === null ? yield* external.marks(source.id) : [yield* external.mark(source.id, subject)].filter((mark): mark is Mark => mark !== null)
    if (subject !== null && marks.length === 0) throw new AppError('not_found', `external source "${source.id}" has no amount of "${subject}"; see them: purser external show ${source.id}`)
    const moved = []
    for (const mark of marks) {
      const after = reset(mark, yield* external.held(keyOf(source.id, mark.subject)))
      yield* external.saveMark(after)
      moved.push({ subject: mark.subject, from: markText(units(mark.amount, source)), to: markText(units(after.amount, source)) })
    }
    yield* note({ subjects: moved.length })
    return { subjects: moved, fromBlock: null }
  })
}
