// The outbox of notices, alike on every engine.
import { afterEach, describe, expect, it } from 'vitest'
import { outboxRows } from '../../src/core/machine/outbox.ts'
import type { Notice } from '../../src/core/machine/notifier.ts'
import { instant } from '../../src/core/time.ts'
import { SqlOutbox } from '../../src/store/notices.ts'
import { ENGINES, type OpenStores } from '../support/databases.ts'

const AT = Date.UTC(2026, 10, 21, 12)
const at = (ms: number) => instant(AT + ms)
const aNotice = (key: string): Notice => ({ key, code: 'budget.breach', level: 'error', title: 'one\u2028line', body: 'two\nlines', at: at(0), facts: { limit: '20.00' } })

describe.each(ENGINES)('the outbox on $name', engine => {
  let open: OpenStores
  afterEach(async () => { await open.close() })
  /** An outbox with these notices waiting for these channels. */
  const waiting = async (keys: readonly string[], channels: readonly string[] = ['ntfy:1']): Promise<SqlOutbox> => {
    open = await engine.open()
    await put(keys, channels)
    return new SqlOutbox(open.stores)
  }
  const put = async (keys: readonly string[], channels: readonly string[], when = 0): Promise<void> => {
    for (const key of keys) for (const row of outboxRows(aNotice(key), channels.map(channel => ({ channel, minLevel: 'info' as const })), at(when))) await open.stores.transaction(() => open.stores.breaches.addNotice(row, at(when)))
  }

  it('gives each channel what is due, whole, and nothing before its time', async () => {
    const outbox = await waiting(['a', 'b'], ['ntfy:1', 'slack:2'])
    expect(await outbox.due('ntfy:1', at(0), 1)).toMatchObject([{ channel: 'ntfy:1', notice: aNotice('a'), attempts: 0 }])
    expect([await outbox.due('ntfy:1', at(-1), 9), await outbox.due('other', at(0), 9), await outbox.nextDue('slack:2'), await outbox.nextDue('other')]).toEqual([[], [], at(0), null])
  })

  it('holds the same notice once per channel, sent or not', async () => {
    const outbox = await waiting(['a'])
    const [row] = await outbox.due('ntfy:1', at(0), 9)
    await outbox.markSent(row?.id ?? '', at(1))
    await put(['a'], ['ntfy:1'])
    expect([await outbox.due('ntfy:1', at(9), 9), await outbox.nextDue('ntfy:1')]).toEqual([[], null])
  })

  it('waits as long as it was told to, counting the tries', async () => {
    const outbox = await waiting(['a'])
    const [row] = await outbox.due('ntfy:1', at(0), 9)
    await outbox.markRetry(row?.id ?? '', at(60_000), 'busy')
    expect([await outbox.due('ntfy:1', at(59_999), 9), await outbox.nextDue('ntfy:1')]).toEqual([[], at(60_000)])
    expect(await outbox.due('ntfy:1', at(60_000), 9)).toMatchObject([{ attempts: 1 }])
  })

  it('lets no late answer bring a finished row back', async () => {
    const outbox = await waiting(['a'])
    const [row] = await outbox.due('ntfy:1', at(0), 9)
    const id = row?.id ?? ''
    await outbox.markFailed(id, 'gone')
    await outbox.markRetry(id, at(1), 'late')
    await outbox.markSent(id, at(1))
    expect(await outbox.due('ntfy:1', at(9), 9)).toEqual([])
    expect((await outbox.health(at(-1_000))).failed).toMatchObject([{ channel: 'ntfy:1', count: 1, why: 'gone' }])
  })

  it('fails what cannot be read any more, and goes on with its neighbours', async () => {
    const outbox = await waiting(['a', 'b'])
    await open.database.script("update notice set body = '{' where id in (select min(id) from notice)")
    expect(await outbox.due('ntfy:1', at(0), 9)).toHaveLength(1)
    expect((await outbox.health(at(-1_000)))).toMatchObject({ waiting: 1, failed: [{ count: 1 }] })
  })

  it('gives up what waits for a channel that is configured no more, and says how much', async () => {
    const outbox = await waiting(['a', 'b'], ['ntfy:1', 'slack:2'])
    expect(await outbox.retire(['slack:2'], 'removed')).toBe(2)
    expect([await outbox.retire(['slack:2'], 'removed'), await outbox.nextDue('ntfy:1'), await outbox.nextDue('slack:2')]).toEqual([0, null, at(0)])
  })
})
