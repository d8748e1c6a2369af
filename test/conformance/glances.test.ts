// The sums a status line asks for, alike on every engine.
import { afterEach, describe, expect, it } from 'vitest'
import type { Price } from '../../src/core/ledger/entry.ts'
import { instant } from '../../src/core/time.ts'
import { claim } from '../support/claims.ts'
import { ENGINES, type OpenStores } from '../support/databases.ts'

const price = ({ tokens, model }: { tokens: { output: number }; model: string }): Price =>
  (model === 'nobody-knows' ? { price: 'unknown', why: 'unknown_model' } : { price: 'known', cost: BigInt(tokens.output) * 100n as never, card: 'test' })

describe.each(ENGINES)('glances on $name', engine => {
  let open: OpenStores
  afterEach(async () => { await open.close() })
  const opened = async (...claims: readonly ReturnType<typeof claim>[]): Promise<OpenStores['stores']> => {
    open = await engine.open()
    await open.stores.transaction(() => open.stores.ledger.post(claims, price))
    return open.stores
  }

  it('sum one session of one agent, whatever else there is', async () => {
    const { read, glances } = await opened(claim({ key: 'claude-code:a', output: 3 }), claim({ key: 'claude-code:b', output: 5 }), claim({ key: 'claude-code:c', output: 7, session: 's2' }))
    expect(await read(() => glances.ofSession('claude-code', 's1'))).toEqual({ responses: 2, cost: 800n, unpriced: 0, partial: 0 })
    expect(await read(() => glances.ofSession('codex', 's1'))).toEqual({ responses: 0, cost: 0n, unpriced: 0, partial: 0 })
  })

  it('sum a stretch of time, its end excluded, and count what makes it a lower bound', async () => {
    const first = claim({ key: 'claude-code:a', output: 3 })
    const later = { ...claim({ key: 'claude-code:b', output: 5 }), at: instant(first.at + 10) }
    const { read, glances } = await opened(first, later, { ...later, key: 'claude-code:c', model: 'nobody-knows', final: false })
    expect(await read(() => glances.between(first.at, later.at))).toEqual({ responses: 1, cost: 300n, unpriced: 0, partial: 0 })
    expect(await read(() => glances.between(first.at, instant(later.at + 1)))).toEqual({ responses: 3, cost: 800n, unpriced: 1, partial: 1 })
    expect(await read(() => glances.between(instant(later.at + 1), instant(later.at + 2)))).toMatchObject({ responses: 0, cost: 0n })
  })
})
