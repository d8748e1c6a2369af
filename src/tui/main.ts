// `purser top`: asks the control plane once a second, draws what changed at most four times a second, and does what keys
// ask for. Ends when the person leaves, the terminal goes away or the process is told to stop.
import type { ControlPlane } from '../api/control-plane.ts'
import { codeOf, messageOf } from '../core/errors.ts'
import type { AbortLike, Clock } from '../core/machine/clock.ts'
import { lineWidth } from '../core/text/line.ts'
import { paintLine, type Painted } from '../core/text/paint-line.ts'
import { shortIds } from '../core/text/short-ids.ts'
import { frameText, type Frame } from './frame.ts'
import { decodeKeys, endKeys, type Key } from './keys.ts'
import { reduce, START, type Effect, type Input } from './model.ts'
import { sessionKey } from './rows.ts'
import { openTerminal, type Terminal } from './terminal.ts'
import { view } from './view.ts'

export interface TopOptions {
  readonly plane: ControlPlane
  readonly clock: Clock
  readonly screen: Painted
  /** Who unlocks and stops, for the audit trail. */
  readonly user: string
  /** Told to stop from outside. */
  readonly signal: AbortLike
  readonly terminal?: Terminal
}

// A person at a screen sees why; who looks at the lock tomorrow sees from where it came.
const STOP_REASON = 'stopped in purser top'
const ASK_MS = 1_000
// Four frames a second are alive to the eye and cheap over ssh; a key is answered at once when nothing was drawn lately.
const FRAME_MS = 250
// The parts of one key's sequence arrive together; what stands alone longer was Escape itself.
const ESCAPE_MS = 60

/** Resolves with the exit code once the terminal is given back. */
export async function runTop(options: TopOptions): Promise<number> {
  const terminal = options.terminal ?? openTerminal()
  try {
    await new LiveView(options, terminal).run()
    return 0
  } finally {
    terminal.close()
  }
}

class LiveView {
  readonly #options: TopOptions
  readonly #terminal: Terminal
  #state = START
  #frame: Frame | null = null
  #drawnAt = Number.NEGATIVE_INFINITY
  #drawing = false
  #rest = ''
  #over = false
  #end: () => void = () => undefined

  constructor(options: TopOptions, terminal: Terminal) {
    this.#options = options
    this.#terminal = terminal
  }

  async run(): Promise<void> {
    const ended = new Promise<void>(resolve => { this.#end = resolve })
    if (this.#options.signal.aborted) return
    this.#options.signal.addEventListener('abort', this.#quit, { once: true })
    this.#terminal.onInput(text => { if (text === null) this.#quit(); else this.#typed(text) })
    this.#terminal.onResize(() => {
      // What the terminal did to the old frame is its own business: all of it is drawn again.
      this.#frame = null
      this.#draw()
    })
    this.#draw()
    const asking = this.#ask().finally(this.#quit)
    await Promise.race([ended, asking])
    await asking
    this.#options.signal.removeEventListener('abort', this.#quit)
  }

  readonly #quit = (): void => {
    this.#over = true
    this.#wake()
    this.#end()
  }

  /** One question at a time: a slow answer delays the next instead of piling up. */
  async #ask(): Promise<void> {
    while (!this.#over) {
      try {
        this.#take({ what: 'answer', answer: await this.#options.plane.call('top', {}) })
      } catch (error) {
        if (codeOf(error) === 'internal') throw error
        this.#take({ what: 'problem', text: `${messageOf(error).split('\n')[0] ?? ''}; trying again` })
      }
      if (!this.#over) await this.#pause(ASK_MS)
    }
  }

  #wake: () => void = () => undefined

  /** Ends early when the view is over, or when something was done that changes the answer. */
  async #pause(ms: number): Promise<void> {
    const woken = new AbortController()
    this.#wake = () => woken.abort()
    await this.#options.clock.sleep(ms, woken.signal)
  }

  #typed(text: string): void {
    const { keys, rest } = decodeKeys(this.#rest + text)
    this.#rest = rest
    for (const key of keys) this.#press(key)
    if (rest !== '') void this.#settle(rest)
  }

  async #settle(rest: string): Promise<void> {
    await this.#options.clock.sleep(ESCAPE_MS)
    if (this.#rest !== rest || this.#over) return
    const keys = endKeys(rest)
    if (keys.length === 0) return
    this.#rest = ''
    for (const key of keys) this.#press(key)
  }

  #press(key: Key): void {
    if (!this.#over) this.#take({ what: 'key', key })
  }

  #take(input: Input): void {
    const { state, effect } = reduce(this.#state, input)
    this.#state = state
    if (effect) void this.#perform(effect)
    this.#draw()
  }

  async #perform(effect: Effect): Promise<void> {
    if (effect.do === 'quit') return this.#quit()
    if (effect.do === 'stop') return this.#stopSession(effect)
    const { id, rule, reason } = effect
    try {
      await this.#options.plane.call('lock.release', { id, reason, by: this.#options.user })
      this.#take({ what: 'told', text: `unlocked ${rule}`, bad: false })
    } catch (error) {
      this.#take({ what: 'told', text: messageOf(error).split('\n')[0] ?? '', bad: true })
    }
    this.#wake()
  }

  async #stopSession({ check, agent, session }: Effect & { do: 'stop' }): Promise<void> {
    const of = sessionKey({ agent, session })
    try {
      const { says, lock } = await this.#options.plane.call('session.stop', { agent, session, reason: STOP_REASON, by: this.#options.user, ...(check ? { check } : {}) })
      this.#take(check ? { what: 'foreseen', of, text: says, bad: false } : { what: 'told', text: `session ${shortIds((this.#state.answer?.status.sessions ?? []).map(each => each.session)).get(session) ?? session} locked by hand (${lock?.id ?? ''}); u on the lock releases it`, bad: false })
    } catch (error) {
      const text = messageOf(error).split('\n')[0] ?? ''
      this.#take(check ? { what: 'foreseen', of, text, bad: true } : { what: 'told', text, bad: true })
    }
    this.#wake()
  }

  /** At once when the last frame is old enough, else when it is; however much changes meanwhile is one frame. */
  #draw(): void {
    if (this.#drawing || this.#over) return
    const wait = this.#drawnAt + FRAME_MS - this.#options.clock.monotonicMs()
    if (wait <= 0) this.#paint()
    else void this.#drawLater(wait)
  }

  async #drawLater(wait: number): Promise<void> {
    this.#drawing = true
    await this.#options.clock.sleep(wait)
    this.#drawing = false
    if (!this.#over) this.#paint()
  }

  #paint(): void {
    const size = this.#terminal.size()
    const after: Frame = { size, rows: view(this.#state, size).map(line => ({ text: paintLine(line, this.#options.screen), width: lineWidth(line) })) }
    this.#terminal.write(frameText(this.#frame, after))
    this.#frame = after
    this.#drawnAt = this.#options.clock.monotonicMs()
  }
}
