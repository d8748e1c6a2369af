import { afterEach, describe, expect, it } from 'vitest'
import { answerAside, ASIDE_FROM_ENTRIES } from '../../src/daemon/aside.ts'
import type { LongQuestion } from '../../src/daemon/long-answers.ts'
import { sql, rows } from '../../src/core/ledger/work.ts'
import { NOON, OpenWorld } from '../support/open-world.ts'

const pretend = sql('update entry set id = :id')
const folded = sql("select value from meta where name = 'usage_slot_through'")

describe('a question that reads every entry', () => {
  let own: OpenWorld | undefined
  afterEach(async () => { await own?.close(); own = undefined })

  async function asked(entries: bigint): Promise<{ aside: ReturnType<typeof answerAside>; questions: LongQuestion[]; own: OpenWorld }> {
    const opened = own = await OpenWorld.open({ role: 'daemon', config: 'zone = "Asia/Tokyo"\n' })
    await opened.spend({})
    // The newest entry's number is how many there are.
    await opened.world.stores.transaction(() => rows(pretend, { id: entries }))
    const questions: LongQuestion[] = []
    return { questions, own: opened, aside: answerAside(opened.world, { ask: async question => { questions.push(question); return new Uint8Array([123, 125]) } }) }
  }

  it('goes to the thread once there are many, with what only the daemon knows, and folded as far as there is anything', async () => {
    const { aside, questions, own: opened } = await asked(ASIDE_FROM_ENTRIES)
    expect(await aside('report', { kind: 'daily' })).toEqual(new Uint8Array([123, 125]))
    expect(questions).toEqual([{ operation: 'report', input: { kind: 'daily' }, facts: { zone: 'Asia/Tokyo', now: NOON, readUntil: new Date(NOON).toISOString() } }])
    expect(await opened.world.stores.read(() => rows(folded))).toEqual([{ value: String(ASIDE_FROM_ENTRIES) }])
    await aside('pricing.diagnose', {})
    await aside('pricing.show', {})
    expect(questions.map(({ operation }) => operation)).toEqual(['report', 'pricing.diagnose', 'pricing.show'])
  })

  it('is answered on the spot where there are few, as is everything else', async () => {
    const few = await asked(ASIDE_FROM_ENTRIES - 1n)
    expect(await few.aside('report', { kind: 'daily' })).toBeNull()
    await few.own.close()
    const many = await asked(ASIDE_FROM_ENTRIES)
    expect([await many.aside('status', {}), await many.aside('budget.set', {}), many.questions]).toEqual([null, null, []])
  })
})
