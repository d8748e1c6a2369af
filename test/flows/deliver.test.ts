import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/core/errors.ts'
import type { NewEvent } from '../../src/core/events/event.ts'
import type { AbortLike } from '../../src/core/machine/clock.ts'
import { ATTEMPTS_MAX } from '../../src/core/machine/delivery.ts'
import type { CommandRunner, Notice, NoticeLevel, Notifier, SendResult } from '../../src/core/machine/notifier.ts'
import { outboxRows } from '../../src/core/machine/outbox.ts'
import { instant } from '../../src/core/time.ts'
import { SEND_DEADLINE_MS, startDelivery, testChannels } from '../../src/flows/deliver.ts'
import { openChannel } from '../../src/notify/channels.ts'
import { aNotice } from '../support/a-notice.ts'
import { answer, hang, loopbackServer } from '../support/loopback-server.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { MemoryOutbox } from '../support/memory-outbox.ts'

const SENT: SendResult = { result: 'sent' }
const RETRY: SendResult = { result: 'retry', afterMs: null, why: 'busy' }

/** A channel that answers as told, and notes what it was given and how many sends were under way at once. */
class ScriptedChannel implements Notifier {
  readonly label: string
  readonly seen: Notice[] = []
  atOnceMax = 0
  #atOnce = 0
  readonly channel: string
  readonly minLevel: NoticeLevel
  readonly #reply: (notice: Notice, signal: AbortLike, count: number) => SendResult | Promise<SendResult>

  constructor(channel: string, reply: (notice: Notice, signal: AbortLike, count: number) => SendResult | Promise<SendResult> = () => SENT, minLevel: NoticeLevel = 'info') {
    this.channel = channel
    this.label = channel
    this.minLevel = minLevel
    this.#reply = reply
  }

  async send(notice: Notice, signal: AbortLike): Promise<SendResult> {
    this.seen.push(notice)
    this.#atOnce++
    this.atOnceMax = Math.max(this.atOnceMax, this.#atOnce)
    try {
      return await this.#reply(notice, signal, this.seen.length)
    } finally {
      this.#atOnce--
    }
  }
}

const untilAborted = (signal: AbortLike): Promise<SendResult> => new Promise(resolve => signal.addEventListener('abort', () => resolve(RETRY), { once: true }))

function world(...notifiers: ScriptedChannel[]) {
  const outbox = new MemoryOutbox()
  const clock = new ManualClock()
  const told: NewEvent[] = []
  const queue = (...notices: readonly Notice[]): void => outbox.add(notices.flatMap(notice => outboxRows(notice, notifiers, clock.now())))
  const start = (over: readonly Notifier[] = notifiers) => startDelivery({ outbox, notifiers: over, clock, random: () => 0, tell: async event => { told.push(event) } })
  const state = (channel: string, key: string) => outbox.rows.get(`${channel} ${key}`)
  return { outbox, clock, told, queue, start, state }
}

// No test here waits for real time: one that is not done after 4 s never will be.
const QUICK = { timeout: 4_000 }

describe('startDelivery', QUICK, () => {
  it('sends what is queued to every channel, marks it, and says so', async () => {
    const [phone, desk] = [new ScriptedChannel('ntfy:1'), new ScriptedChannel('desktop')]
    const { outbox, queue, start, told } = world(phone, desk)
    queue(aNotice({ key: 'a' }), aNotice({ key: 'b' }))
    const delivery = start()
    await outbox.when(() => Object.values(outbox.states()).every(state => state === 'sent'))
    await delivery.stop()
    expect(phone.seen.map(notice => notice.key)).toEqual(['a', 'b'])
    expect(desk.seen.map(notice => notice.key)).toEqual(['a', 'b'])
    expect(told.filter(event => event.code === 'notice.sent').map(event => event.fields)).toEqual(expect.arrayContaining([{ channel: 'ntfy:1', key: 'b', attempt: 1 }]))
  })

  it('sends what comes later as soon as it is woken', async () => {
    const phone = new ScriptedChannel('ntfy:1')
    const { outbox, queue, start, clock } = world(phone)
    const delivery = start()
    await clock.sleeping(60_000)
    queue(aNotice({ key: 'later' }))
    delivery.wake()
    await outbox.when(() => outbox.states()['ntfy:1 later'] === 'sent')
    await delivery.stop()
  })

  it('finds a row nobody woke it for within a minute', async () => {
    const phone = new ScriptedChannel('ntfy:1')
    const { outbox, queue, start, clock } = world(phone)
    const delivery = start()
    await clock.sleeping(60_000)
    queue(aNotice({ key: 'unannounced' }))
    clock.advance(60_000)
    await outbox.when(() => outbox.states()['ntfy:1 unannounced'] === 'sent')
    await delivery.stop()
  })

  it('loses no wake that comes while it reads the queue', async () => {
    const phone = new ScriptedChannel('ntfy:1', () => { delivery.wake(); return SENT })
    const { outbox, queue, start, clock } = world(phone)
    queue(aNotice({ key: 'first' }))
    const delivery = start()
    await outbox.when(() => outbox.states()['ntfy:1 first'] === 'sent')
    await clock.sleeping(60_000)
    expect(outbox.asked.length).toBeGreaterThan(2)
    await delivery.stop()
  })

  it('lets a hanging endpoint delay no other channel, however much waits for it', async () => {
    const hanging = new ScriptedChannel('webhook:hangs', (_notice, signal) => untilAborted(signal))
    const phone = new ScriptedChannel('ntfy:1')
    const { outbox, queue, start } = world(hanging, phone)
    const notices = Array.from({ length: 200 }, (_, index) => aNotice({ key: `n${index}` }))
    queue(...notices)
    const delivery = start()
    // No clock is moved: everything for the phone arrives while the other one hangs in its first request.
    await outbox.when(() => phone.seen.length === 200 && outbox.states()['ntfy:1 n199'] === 'sent')
    expect(hanging.seen).toHaveLength(1)
    await delivery.stop()
  })

  it('has at most one send under way per channel', async () => {
    const slow = new ScriptedChannel('slow', () => new Promise(resolve => setImmediate(() => resolve(SENT))))
    const { outbox, queue, start } = world(slow)
    queue(...Array.from({ length: 50 }, (_, index) => aNotice({ key: `n${index}` })))
    const delivery = start()
    for (let turn = 0; turn < 20; turn++) delivery.wake()
    await outbox.when(() => Object.values(outbox.states()).every(state => state === 'sent'))
    await delivery.stop()
    expect(slow.atOnceMax).toBe(1)
    expect(slow.seen).toHaveLength(50)
  })

  it('ends a send that forgets its own deadline, and tries it again', async () => {
    const stuck = new ScriptedChannel('stuck', (_notice, signal, count) => (count === 1 ? untilAborted(signal) : SENT))
    const { outbox, queue, start, clock } = world(stuck)
    queue(aNotice({ key: 'a' }))
    const delivery = start()
    await clock.sleeping(SEND_DEADLINE_MS)
    clock.advance(SEND_DEADLINE_MS)
    await outbox.when(() => outbox.rows.get('stuck a')?.attempts === 1)
    await clock.sleeping(2_000)
    clock.advance(2_000)
    await outbox.when(() => outbox.states()['stuck a'] === 'sent')
    await delivery.stop()
  })

  it('backs off, and stays with its bounded number of attempts', async () => {
    const down = new ScriptedChannel('down', () => RETRY)
    const { outbox, queue, start, clock, state, told } = world(down)
    queue(aNotice({ key: 'a' }))
    const delivery = start()
    for (let attempt = 1; attempt < ATTEMPTS_MAX; attempt++) {
      await outbox.when(() => state('down', 'a')?.attempts === attempt)
      await clock.sleeping(Math.min(2_000 * 2 ** (attempt - 1), 60_000))
      clock.advance(1_800_000)
    }
    await outbox.when(() => state('down', 'a')?.state === 'failed')
    await delivery.stop()
    expect(down.seen).toHaveLength(ATTEMPTS_MAX)
    expect(state('down', 'a')?.why).toBe('busy; given up after 12 attempts')
    expect(told.at(-1)).toMatchObject({ code: 'notice.failed', level: 'warn', fields: { attempt: 12 } })
  })

  it('burns no attempts of a queue on one outage: a failing channel rests as a whole', async () => {
    const down = new ScriptedChannel('down', () => RETRY)
    const { outbox, queue, start, clock } = world(down)
    queue(...Array.from({ length: 30 }, (_, index) => aNotice({ key: `n${index}` })))
    const delivery = start()
    for (const rest of [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]) {
      await clock.sleeping(rest)
      delivery.wake()
      clock.advance(rest)
    }
    await clock.sleeping(60_000)
    expect(down.seen).toHaveLength(8)
    expect(Math.max(...[...outbox.rows.values()].map(row => row.attempts))).toBeLessThan(ATTEMPTS_MAX)
    await delivery.stop()
  })

  it('waits as long as the server asks', async () => {
    const limited = new ScriptedChannel('limited', (_notice, _signal, count) => (count === 1 ? { result: 'retry', afterMs: 17_000, why: '429' } : SENT))
    const { outbox, queue, start, clock, state } = world(limited)
    queue(aNotice({ key: 'a' }), aNotice({ key: 'b' }))
    const delivery = start()
    await clock.sleeping(17_000)
    expect(limited.seen).toHaveLength(1)
    clock.advance(17_000)
    await outbox.when(() => state('limited', 'a')?.state === 'sent' && state('limited', 'b')?.state === 'sent')
    await delivery.stop()
  })

  it('goes on with the next notice after a refusal', async () => {
    const picky = new ScriptedChannel('picky', notice => (notice.key === 'a' ? { result: 'failed', permanent: false, why: '413' } : SENT))
    const { outbox, queue, start, state } = world(picky)
    queue(aNotice({ key: 'a' }), aNotice({ key: 'b' }))
    const delivery = start()
    await outbox.when(() => state('picky', 'b')?.state === 'sent')
    await delivery.stop()
    expect(state('picky', 'a')).toMatchObject({ state: 'failed', why: '413' })
  })

  it('tells the same notice once per channel, however often it is queued, across a restart', async () => {
    const phone = new ScriptedChannel('ntfy:1')
    const { outbox, queue, start, clock } = world(phone)
    for (let round = 0; round < 3; round++) {
      queue(aNotice({ key: 'same' }), aNotice({ key: 'same', title: 'said otherwise' }))
      const delivery = start()
      await outbox.when(() => outbox.states()['ntfy:1 same'] === 'sent')
      await clock.sleeping(60_000)
      await delivery.stop()
    }
    expect(phone.seen).toHaveLength(1)
  })

  it('sends nothing below a channel\'s level, even when the level was raised after it was queued', async () => {
    const quiet = new ScriptedChannel('quiet', () => SENT, 'error')
    const { outbox, queue, start, state, clock } = world(quiet)
    queue(aNotice({ key: 'w', level: 'warn' }))
    expect(outbox.rows.size).toBe(0)
    outbox.add(outboxRows(aNotice({ key: 'w', level: 'warn' }), [{ channel: 'quiet', minLevel: 'info' }], clock.now()))
    const delivery = start()
    await outbox.when(() => state('quiet', 'w')?.state === 'failed')
    await delivery.stop()
    expect(quiet.seen).toEqual([])
    expect(state('quiet', 'w')?.why).toBe('its level warn is below the channel\'s min_level error')
  })

  it('lets no key-shaped text and no escape out, whoever wrote the row', async () => {
    const phone = new ScriptedChannel('ntfy:1')
    const { outbox, queue, start } = world(phone)
    queue(aNotice({ key: 'a', title: 'Budget sk-ant-api03-abcdefghijkl', body: 'x \u001b]52;c;eA==\u0007 ghp_abcdefghijklmnopqrstuvwxyz0123456789', facts: { branch: 'AKIAABCDEFGHIJKLMNOP' } }))
    const delivery = start()
    await outbox.when(() => outbox.states()['ntfy:1 a'] === 'sent')
    await delivery.stop()
    expect(phone.seen).toMatchObject([{ title: 'Budget sk-ant-[redacted]', body: 'x  ghp_[redacted]', facts: { branch: 'AKIA[redacted]' } }])
  })

  it('lets no field out that a notice does not have', async () => {
    const phone = new ScriptedChannel('ntfy:1')
    const { outbox, start, clock } = world(phone)
    outbox.add([{ id: 'x', channel: 'ntfy:1', level: 'error', body: JSON.stringify({ ...aNotice(), prompt: 'CANARY', facts: {} }), dueAt: clock.now() }])
    const delivery = start()
    await outbox.when(() => outbox.states()['x'] === 'sent')
    await delivery.stop()
    expect(JSON.stringify(phone.seen)).not.toContain('CANARY')
  })

  it('fails a damaged row alone', async () => {
    const phone = new ScriptedChannel('ntfy:1')
    const { outbox, queue, start, clock } = world(phone)
    outbox.add([{ id: 'damaged', channel: 'ntfy:1', level: 'error', body: '{"key":', dueAt: clock.now() }])
    queue(aNotice({ key: 'whole' }))
    const delivery = start()
    await outbox.when(() => outbox.states()['ntfy:1 whole'] === 'sent')
    await delivery.stop()
    expect(outbox.rows.get('damaged')).toMatchObject({ state: 'failed', why: 'its stored text is damaged' })
  })

  it('survives a channel that throws, and fails only that notice', async () => {
    const broken = new ScriptedChannel('broken', notice => { if (notice.key === 'a') throw new Error('bug'); return SENT })
    const { outbox, queue, start, state } = world(broken)
    queue(aNotice({ key: 'a' }), aNotice({ key: 'b' }))
    const delivery = start()
    await outbox.when(() => state('broken', 'b')?.state === 'sent')
    await delivery.stop()
    expect(state('broken', 'a')).toMatchObject({ state: 'failed', why: 'a fault in purser: bug' })
  })

  it('does not send again what it sent but could not mark', async () => {
    const phone = new ScriptedChannel('ntfy:1')
    const { outbox, queue, start, clock, told } = world(phone)
    outbox.faults.push({ method: 'markSent', error: new AppError('store_busy', 'locked') }, { method: 'markSent', error: new AppError('store_busy', 'locked') })
    queue(aNotice({ key: 'a' }))
    const delivery = start()
    for (let time = 0; time < 2; time++) {
      await clock.sleeping(5_000)
      clock.advance(5_000)
    }
    await outbox.when(() => outbox.states()['ntfy:1 a'] === 'sent')
    await delivery.stop()
    expect(phone.seen).toHaveLength(1)
    expect(told.filter(event => event.code === 'notice.store')).toMatchObject([{ level: 'warn' }, { level: 'warn' }])
  })

  it.each(['due', 'nextDue', 'markRetry', 'markFailed', 'retire'] as const)('outlives a store that fails in %s', async method => {
    const phone = new ScriptedChannel('ntfy:1', (_notice, _signal, count) => (count === 1 ? RETRY : count === 2 ? { result: 'failed', permanent: false, why: '413' } : SENT))
    const { outbox, queue, start, clock } = world(phone)
    outbox.faults.push({ method, error: new AppError('store_busy', 'locked') })
    queue(aNotice({ key: 'a' }), aNotice({ key: 'b' }), aNotice({ key: 'c' }))
    const delivery = start()
    for (let turn = 0; turn < 500 && Object.values(outbox.states()).includes('pending'); turn++) {
      clock.advance(5_000)
      await new Promise(resolve => setImmediate(resolve))
    }
    await delivery.stop()
    expect(Object.values(outbox.states())).not.toContain('pending')
    expect(outbox.faults).toEqual([])
  })

  it('outlives an audit trail that fails together with the store', async () => {
    const phone = new ScriptedChannel('ntfy:1')
    const { outbox, queue, clock } = world(phone)
    outbox.faults.push({ method: 'due', error: new AppError('store_busy', 'locked') })
    queue(aNotice({ key: 'a' }))
    let failures = 1
    const delivery = startDelivery({ outbox, notifiers: [phone], clock, random: () => 0, tell: async () => { if (failures-- > 0) throw new AppError('store_busy', 'locked') } })
    await clock.sleeping(5_000)
    clock.advance(5_000)
    await outbox.when(() => outbox.states()['ntfy:1 a'] === 'sent')
    await delivery.stop()
  })

  it('does not turn a store that keeps no mark into a flood', async () => {
    const phone = new ScriptedChannel('ntfy:1')
    const { outbox, queue, start, clock } = world(phone)
    outbox.markSent = async () => undefined
    queue(aNotice({ key: 'a' }))
    const delivery = start()
    await clock.sleeping(5_000)
    await delivery.stop()
    expect(phone.seen).toHaveLength(1)
  })

  it('aborts what is in flight when it stops, and leaves its row for the next start', async () => {
    const hanging = new ScriptedChannel('hangs', (_notice, signal) => untilAborted(signal))
    const { queue, start, state, clock } = world(hanging)
    queue(aNotice({ key: 'a' }))
    const delivery = start()
    await clock.sleeping(SEND_DEADLINE_MS)
    await delivery.stop()
    expect(state('hangs', 'a')).toMatchObject({ state: 'pending', attempts: 0 })
    expect(hanging.seen).toHaveLength(1)
  })

  it('goes on with other channels only when the send under way has ended, so that no row is sent twice at once', async () => {
    let atOnce = 0
    let atOnceMax = 0
    const slowToEnd = (signal: AbortLike): Promise<SendResult> => new Promise(resolve => {
      atOnceMax = Math.max(atOnceMax, ++atOnce)
      const end = (): void => { setImmediate(() => { atOnce--; resolve(RETRY) }) }
      if (signal.aborted) end()
      else signal.addEventListener('abort', end, { once: true })
    })
    const before = new ScriptedChannel('ntfy:1', (_notice, signal) => slowToEnd(signal))
    const after = new ScriptedChannel('ntfy:1', () => { atOnceMax = Math.max(atOnceMax, atOnce + 1); return SENT })
    const { outbox, queue, start, clock } = world(before)
    queue(aNotice({ key: 'a' }))
    const delivery = start()
    await clock.sleeping(SEND_DEADLINE_MS)
    await delivery.use([after])
    await outbox.when(() => outbox.states()['ntfy:1 a'] === 'sent')
    await delivery.stop()
    expect(atOnceMax).toBe(1)
    expect(after.seen).toHaveLength(1)
  })

  it('remembers across a change of channels what it sent but could not mark', async () => {
    const [one, two] = [new ScriptedChannel('ntfy:1'), new ScriptedChannel('ntfy:1')]
    const { outbox, queue, start, clock } = world(one)
    outbox.faults.push({ method: 'markSent', error: new AppError('store_busy', 'locked') })
    queue(aNotice({ key: 'a' }))
    const delivery = start()
    await clock.sleeping(5_000)
    await delivery.use([two])
    await outbox.when(() => outbox.states()['ntfy:1 a'] === 'sent')
    await delivery.stop()
    expect([one.seen.length, two.seen.length]).toEqual([1, 0])
  })

  it('starts nothing new when it is stopped while it changes', async () => {
    const [one, two] = [new ScriptedChannel('ntfy:1', (_notice, signal) => untilAborted(signal)), new ScriptedChannel('ntfy:1')]
    const { queue, start, clock } = world(one)
    queue(aNotice({ key: 'a' }))
    const delivery = start()
    await clock.sleeping(SEND_DEADLINE_MS)
    const changing = delivery.use([two])
    await delivery.stop()
    await changing
    expect(two.seen).toEqual([])
  })

  it('fails what waits for a channel that left the config', async () => {
    const phone = new ScriptedChannel('ntfy:1')
    const { outbox, start, clock } = world(phone)
    outbox.add(outboxRows(aNotice({ key: 'a' }), [{ channel: 'slack:gone', minLevel: 'info' }], clock.now()))
    const delivery = start()
    await outbox.when(() => outbox.states()['slack:gone a'] === 'failed')
    await delivery.stop()
  })

  it('sends the longest due first and nothing before its time', async () => {
    const phone = new ScriptedChannel('ntfy:1')
    const { outbox, start, clock } = world(phone)
    const at = (ms: number) => instant(clock.now() + ms)
    for (const [key, ms] of [['later', 40_000], ['second', -1], ['first', -5]] as const) outbox.add(outboxRows(aNotice({ key }), [phone], at(ms)))
    const delivery = start()
    await clock.sleeping(40_000)
    expect(phone.seen.map(notice => notice.key)).toEqual(['first', 'second'])
    clock.advance(40_000)
    await outbox.when(() => outbox.states()['ntfy:1 later'] === 'sent')
    await delivery.stop()
  })
})

describe('startDelivery over real connections', QUICK, () => {
  it('delivers to a server that answers while another one never does', async () => {
    await using good = await loopbackServer(answer(200))
    await using bad = await loopbackServer(hang)
    const runner: CommandRunner = { run: async () => ({ ended: 'exit', code: 0, output: '' }) }
    const clock = new ManualClock()
    const open = (url: string): Notifier => openChannel({ channel: 'webhook', minLevel: 'info', url, secret: '', token: '' }, { platform: 'linux', runner, now: () => clock.now(), deadlineMs: 60_000 })
    const notifiers = [open(`${bad.url}/bad`), open(`${good.url}/good`)]
    const outbox = new MemoryOutbox()
    for (let index = 0; index < 5; index++) outbox.add(outboxRows(aNotice({ key: `n${index}` }), notifiers, clock.now()))
    const delivery = startDelivery({ outbox, notifiers, clock, random: () => 0, tell: async () => undefined })
    await good.arrived(5)
    await bad.arrived(1)
    expect(bad.requests).toHaveLength(1)
    await delivery.stop()
    await bad.hungUp
    expect(Object.values(outbox.states()).filter(state => state === 'pending').length).toBeGreaterThanOrEqual(5)
  })
})

describe('testChannels', QUICK, () => {
  it('asks every channel at once, past its level, and says what each made of it', async () => {
    const clock = new ManualClock()
    const notifiers = [
      new ScriptedChannel('good', () => SENT, 'error'), new ScriptedChannel('busy', () => RETRY),
      new ScriptedChannel('refused', () => ({ result: 'failed', permanent: true, why: '401 from x' })), new ScriptedChannel('broken', () => { throw new Error('bug') }),
    ]
    expect(await testChannels(notifiers, aNotice({ level: 'info' }), { clock })).toEqual([
      { channel: 'good', label: 'good', ok: true, detail: 'sent', tookMs: 0 },
      { channel: 'busy', label: 'busy', ok: false, detail: 'busy; a real notice would be tried again', tookMs: 0 },
      { channel: 'refused', label: 'refused', ok: false, detail: '401 from x; change it in the config: purser config edit', tookMs: 0 },
      { channel: 'broken', label: 'broken', ok: false, detail: 'a fault in purser: bug', tookMs: 0 },
    ])
  })

  it('gives up on a channel that hangs, without waiting for it to tell of the others', async () => {
    const clock = new ManualClock()
    const hanging = new ScriptedChannel('hangs', (_notice, signal) => untilAborted(signal))
    const testing = testChannels([hanging, new ScriptedChannel('good')], aNotice(), { clock })
    await clock.sleeping(SEND_DEADLINE_MS)
    clock.advance(SEND_DEADLINE_MS)
    expect((await testing).map(each => each.ok)).toEqual([false, true])
  })
})
