// Delivers the outbox, away from everything else: each channel has a lane of its own that sends one notice at a time,
// so an endpoint that hangs delays neither another channel nor ingest, which only writes rows.
//
// A lane is in one of four states:
// draining   Due rows of the channel are sent one after another, the longest due first. A success or a refusal goes on
//            with the next row; a fault rests.
// resting    Nothing is sent until the backoff (or the time a server asked for) is over. New rows wait, unattempted.
// idle       No row is due. Ends at the next due time, at `wake`, or after IDLE_MS_MAX.
// stopped    `stop` was called. The send in flight is aborted and its row stays as it was: it is sent again after the
//            next start. A notice can therefore arrive twice after a crash or a stop, and is never lost.
import { codeOf, messageOf } from '../core/errors.ts'
import type { NewEvent } from '../core/events/event.ts'
import { afterSend, type Outcome } from '../core/machine/delivery.ts'
import type { Clock } from '../core/machine/clock.ts'
import { isTold, type Notice, type Notifier, type SendResult } from '../core/machine/notifier.ts'
import type { OutboxRow, OutboxStore } from '../core/machine/outbox.ts'
import { safeNotice } from '../core/machine/safe-notice.ts'
import { MINUTE_MS, SECOND_MS } from '../core/time.ts'

export interface DeliveryPorts {
  readonly outbox: OutboxStore
  readonly notifiers: readonly Notifier[]
  readonly clock: Clock
  /** [0, 1), for the jitter. */
  readonly random: () => number
  /** What became of each notice, for the audit trail. */
  readonly tell: (event: NewEvent) => Promise<void>
}

export interface Delivery {
  /** There may be new rows. */
  wake(): void
  /**
   * Goes on with other channels, after the lanes of the present ones have ended: two lanes for one channel would send
   * the same row twice. Resolves when the new ones run.
   */
  use(notifiers: readonly Notifier[]): Promise<void>
  /** Aborts what is in flight and resolves when every lane has ended. */
  stop(): Promise<void>
}

const BATCH_ROWS = 20
// A net below `wake`: rows that another process wrote are found within a minute, for one small query each.
const IDLE_MS_MAX = MINUTE_MS
// A row due "now" by the store's rounding would otherwise be asked for in a tight loop.
const SOON_MS = SECOND_MS
/** Behind the channels' own deadlines (15 s): the bound on a lane when a channel forgets its own. */
export const SEND_DEADLINE_MS = 30 * SECOND_MS
// A busy database is free again within its own lock wait of 10 s.
const STORE_REST_MS = 5 * SECOND_MS
const FAULT_REST_MS = MINUTE_MS
const REMEMBERED_MAX = 1_000
// 1,000 rows without a pause; a queue that is still not empty is then looked at again after a rest.
const PASSES_MAX = 50

export function startDelivery(ports: DeliveryPorts): Delivery {
  const sent = new Remembered()
  let lanes = startLanes(ports, sent)
  let changing = Promise.resolve()
  let stopped = false
  const change = async (notifiers: readonly Notifier[]): Promise<void> => {
    await lanes.stop()
    if (!stopped) lanes = startLanes({ ...ports, notifiers }, sent)
  }
  return {
    wake: () => lanes.wake(),
    use: notifiers => (changing = changing.then(() => change(notifiers))),
    stop: async () => {
      stopped = true
      await Promise.all([lanes.stop(), changing])
      await lanes.stop()
    },
  }
}

function startLanes(ports: DeliveryPorts, sent: Remembered): Pick<Delivery, 'wake' | 'stop'> {
  const stopping = new AbortController()
  const lanes = ports.notifiers.map(notifier => new Lane(notifier, ports, sent))
  const running = Promise.all([retireUnknown(ports), ...lanes.map(lane => lane.run(stopping.signal))])
  return {
    wake: () => lanes.forEach(lane => lane.wake()),
    stop: async () => {
      stopping.abort()
      lanes.forEach(lane => lane.wake())
      await running
    },
  }
}

/** What waits for a channel that left the config would wait for ever. */
async function retireUnknown({ outbox, notifiers, tell }: DeliveryPorts): Promise<void> {
  try {
    await outbox.retire(notifiers.map(notifier => notifier.channel), 'its channel is no longer in the config')
  } catch (error) {
    await tellQuietly(tell, { code: 'notice.store', level: 'warn', fields: { why: messageOf(error) } })
  }
}

/** Says that the store failed, where the same store may hold the audit trail: if that fails as well, the next pass says it again. */
const tellQuietly = (tell: DeliveryPorts['tell'], event: NewEvent): Promise<void> => tell(event).catch(() => undefined)

/** Rows this process has sent, kept beyond their mark: a store that fails to keep it must not turn one notice into a flood. */
class Remembered {
  readonly #ids = new Set<string>()

  has(id: string): boolean {
    return this.#ids.has(id)
  }

  add(id: string): void {
    this.#ids.add(id)
    const [oldest] = this.#ids
    if (this.#ids.size > REMEMBERED_MAX && oldest !== undefined) this.#ids.delete(oldest)
  }
}

class Lane {
  readonly #notifier: Notifier
  readonly #ports: DeliveryPorts
  readonly #sent: Remembered
  #failures = 0
  #waking = new AbortController()

  constructor(notifier: Notifier, ports: DeliveryPorts, sent: Remembered) {
    this.#notifier = notifier
    this.#ports = ports
    this.#sent = sent
  }

  wake(): void {
    this.#waking.abort()
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // Taken before the rows are read: a wake in between is not lost.
      this.#waking = new AbortController()
      const waking = this.#waking.signal
      const rest = await this.#drainOrRest(signal)
      // A resting channel is woken only by its end: new rows change nothing about its endpoint.
      await this.#ports.clock.sleep(rest.ms, rest.wakes ? AbortSignal.any([waking, signal]) : signal)
    }
  }

  async #drainOrRest(signal: AbortSignal): Promise<{ readonly ms: number; readonly wakes: boolean }> {
    try {
      return await this.#drain(signal)
    } catch (error) {
      // The store's faults are waited out; anything else is a bug in a channel or in here, and must not end enforcement.
      const isStore = codeOf(error) !== 'internal'
      await tellQuietly(this.#ports.tell, { code: 'notice.store', level: isStore ? 'warn' : 'error', fields: { channel: this.#notifier.channel, why: messageOf(error) } })
      return { ms: isStore ? STORE_REST_MS : FAULT_REST_MS, wakes: false }
    }
  }

  async #drain(signal: AbortSignal): Promise<{ readonly ms: number; readonly wakes: boolean }> {
    const { outbox, clock } = this.#ports
    const { channel } = this.#notifier
    for (let pass = 0; pass < PASSES_MAX; pass++) {
      const rows = await outbox.due(channel, clock.now(), BATCH_ROWS)
      for (const row of rows) {
        if (signal.aborted) return { ms: 0, wakes: false }
        const restMs = await this.#deliver(row, signal)
        if (restMs > 0) return { ms: restMs, wakes: false }
      }
      if (rows.length > 0) continue
      const next = await outbox.nextDue(channel)
      return { ms: next === null ? IDLE_MS_MAX : Math.min(Math.max(next - clock.now(), SOON_MS), IDLE_MS_MAX), wakes: true }
    }
    return { ms: STORE_REST_MS, wakes: false }
  }

  /** One attempt, recorded. Returns how long the channel has to rest; 0 goes on. */
  async #deliver(row: OutboxRow, signal: AbortSignal): Promise<number> {
    const { outbox, clock, random } = this.#ports
    if (this.#sent.has(row.id)) return this.#markSent(row)
    const refusal = refusalOf(row, this.#notifier)
    const result = refusal ?? await send(this.#notifier, row.notice as Notice, clock, signal)
    if (signal.aborted && result.result !== 'sent') return 0
    const outcome = afterSend(result, { attempts: row.attempts, failures: this.#failures, now: clock.now(), random: random() })
    if (refusal === null) this.#failures = outcome.mark === 'retry' ? this.#failures + 1 : 0
    if (outcome.mark === 'sent') {
      this.#sent.add(row.id)
      return this.#markSent(row)
    }
    if (outcome.mark === 'retry') await outbox.markRetry(row.id, outcome.at, outcome.why)
    else await outbox.markFailed(row.id, outcome.why)
    await this.#tell(row, outcome)
    return outcome.mark === 'retry' ? outcome.restMs : 0
  }

  /** Throws when the store does; the row stays remembered, so that this process never sends it again. */
  async #markSent(row: OutboxRow): Promise<number> {
    await this.#ports.outbox.markSent(row.id, this.#ports.clock.now())
    await this.#tell(row, { mark: 'sent' })
    return 0
  }

  #tell(row: OutboxRow, outcome: Outcome): Promise<void> {
    const fields = { channel: this.#notifier.channel, key: row.notice?.key ?? row.id, attempt: row.attempts + 1 }
    if (outcome.mark === 'sent') return this.#ports.tell({ code: 'notice.sent', level: 'info', fields })
    return this.#ports.tell({ code: outcome.mark === 'retry' ? 'notice.retry' : 'notice.failed', level: outcome.mark === 'retry' ? 'info' : 'warn', fields: { ...fields, why: outcome.why } })
  }
}

/** Rows that are not sent at all: damaged ones, and those the channel no longer wants. */
function refusalOf(row: OutboxRow, notifier: Notifier): SendResult | null {
  if (row.notice === null) return { result: 'failed', permanent: false, why: 'its stored text is damaged' }
  if (!isTold(row.notice.level, notifier.minLevel)) return { result: 'failed', permanent: false, why: `its level ${row.notice.level} is below the channel's min_level ${notifier.minLevel}` }
  return null
}

/** One attempt with the outer deadline. What a channel throws is its own bug: this notice fails, the lane goes on. */
async function send(notifier: Notifier, notice: Notice, clock: Clock, signal: AbortSignal): Promise<SendResult> {
  const late = new AbortController()
  const over = new AbortController()
  void clock.sleep(SEND_DEADLINE_MS, over.signal).then(() => late.abort())
  try {
    return await notifier.send(safeNotice(notice), AbortSignal.any([signal, late.signal]))
  } catch (error) {
    return { result: 'failed', permanent: false, why: `a fault in purser: ${messageOf(error)}` }
  } finally {
    over.abort()
  }
}

export interface ChannelTest { readonly channel: string; readonly label: string; readonly ok: boolean; readonly detail: string; readonly tookMs: number }

/** Sends one notice to every channel at once, past outbox and levels, and says what each made of it. */
export async function testChannels(notifiers: readonly Notifier[], notice: Notice, { clock, signal = new AbortController().signal }: { readonly clock: Clock; readonly signal?: AbortSignal }): Promise<readonly ChannelTest[]> {
  return Promise.all(notifiers.map(async notifier => {
    const from = clock.monotonicMs()
    const result = await send(notifier, notice, clock, signal)
    return { channel: notifier.channel, label: notifier.label, ok: result.result === 'sent', detail: testDetail(result), tookMs: Math.round(clock.monotonicMs() - from) }
  }))
}

function testDetail(result: SendResult): string {
  if (result.result === 'sent') return 'sent'
  if (result.result === 'retry') return `${result.why}; a real notice would be tried again`
  return result.permanent ? `${result.why}; change it in the config: purser config edit` : result.why
}
