import { setImmediate as soon } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { AppError } from '../../src/core/errors.ts'
import { runTop } from '../../src/tui/main.ts'
import { FakeControlPlane } from '../support/fake-control-plane.ts'
import { FakeTerminal } from '../support/fake-terminal.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { aLock, anAnswer, sessionsOf } from './top-answers.ts'

const settled = async (): Promise<void> => { for (let turn = 0; turn < 5; turn++) await soon() }

class Show {
  readonly clock = new ManualClock()
  readonly terminal = new FakeTerminal()
  readonly stop = new AbortController()
  readonly plane: FakeControlPlane
  readonly ended: Promise<number>
  constructor(answers: ConstructorParameters<typeof FakeControlPlane>[0] = { top: anAnswer() }) {
    this.plane = new FakeControlPlane(answers)
    this.ended = runTop({ plane: this.plane, clock: this.clock, screen: { colour: false, unicode: true }, user: 'ada', signal: this.stop.signal, terminal: this.terminal })
  }
  async after(ms: number): Promise<void> {
    await settled()
    await this.clock.advance(ms)
    await settled()
  }
}

describe('the live view', () => {
  let show: Show
  afterEach(async () => { show.stop.abort(); await show.ended.catch(() => undefined) })

  it('asks once a second and draws what came', async () => {
    show = new Show()
    await show.after(1_000)
    await show.after(1_000)
    await show.after(1_000)
    expect(show.plane.names.filter(name => name === 'top').length).toBe(4)
    expect(show.terminal.text()).toContain('web-daily')
  })

  it('draws at most four times a second, whatever changes, and nothing when nothing does', async () => {
    show = new Show({ top: anAnswer({ sessions: sessionsOf(30), rates: [] }) })
    await show.after(300)
    const before = show.terminal.written.length
    for (let key = 0; key < 20; key++) { show.terminal.type('j'); await show.after(20) }
    // 400 ms of keys every 20 ms.
    expect(show.terminal.written.length - before).toBeLessThanOrEqual(2)
    await show.after(300)
    const drawn = show.terminal.written.length
    for (let second = 0; second < 5; second++) await show.after(1_000)
    expect(show.terminal.written.length).toBe(drawn)
  })

  it('answers a key at once when nothing was drawn lately', async () => {
    show = new Show({ top: anAnswer({ sessions: sessionsOf(30), rates: [] }) })
    await show.after(300)
    await show.after(300)
    show.terminal.type('?')
    expect(show.terminal.written.at(-1)).toContain('Keys')
  })

  it('unlocks with the reason and the name of the person, and says what came of it', async () => {
    show = new Show({ top: anAnswer({ locks: [aLock({ id: 'L1', rule: 'web' })] }) })
    await show.after(300)
    show.terminal.type('udemo day\r')
    await show.after(300)
    expect(show.plane.lastInput('lock.release')).toEqual({ id: 'L1', reason: 'demo day', by: 'ada' })
    expect(show.terminal.text()).toContain('unlocked web')
    // The list is asked for again at once, not a second later.
    expect(show.plane.names.filter(name => name === 'top').length).toBe(2)
  })

  it('asks what stopping a session would do, shows it, stops it on y and says under which lock', async () => {
    const answer = { lock: aLock({ id: 'L7' }), target: true, because: '', armed: true, says: 'this session will be stopped' }
    show = new Show({ 'top': anAnswer({ sessions: sessionsOf(1) }), 'session.stop': ({ check }) => ({ ...answer, lock: check ? null : answer.lock }) })
    await show.after(300)
    const wanted = { agent: 'claude-code', session: '00000000-1111-4111-a111-111111111111', reason: 'stopped in purser top', by: 'ada' }
    show.terminal.type('x')
    await show.after(300)
    expect([show.plane.lastInput('session.stop'), show.terminal.text()]).toEqual([{ ...wanted, check: true }, expect.stringContaining('this session will be stopped')])
    expect(show.terminal.text()).toContain('Stop it? y/N')
    show.terminal.type('y')
    await show.after(300)
    expect([show.plane.lastInput('session.stop'), show.terminal.text()]).toEqual([wanted, expect.stringContaining('session 00000000 locked by hand (L7); u on the lock releases it')])
  })

  it('leaves the question where a session cannot be stopped, and says why', async () => {
    show = new Show({ 'top': anAnswer({ sessions: sessionsOf(1) }), 'session.stop': () => { throw new AppError('refused', 'purser only observes') } })
    await show.after(300)
    show.terminal.type('xy')
    await show.after(300)
    expect(show.plane.names.filter(name => name === 'session.stop').length).toBe(1)
    expect(show.terminal.text()).toContain('purser only observes')
  })

  it('shows a refusal and goes on', async () => {
    show = new Show({ 'top': anAnswer({ locks: [aLock()] }), 'lock.release': () => { throw new AppError('not_found', 'there is no lock L1\nlist them') } })
    await show.after(300)
    show.terminal.type('ux\r')
    await show.after(300)
    expect(show.terminal.text()).toContain('there is no lock L1|')
  })

  it('keeps the last figures while nobody answers, and goes on when somebody does', async () => {
    let away = false
    show = new Show({ top: () => { if (away) throw new AppError('daemon_unreachable', 'the daemon is not running; start it with: purser up'); return anAnswer() } })
    await show.after(300)
    away = true
    await show.after(1_000)
    await show.after(300)
    expect(show.terminal.written.at(-1)).toContain('the daemon is not running; start it with: purser up; trying again')
    away = false
    await show.after(1_000)
    await show.after(300)
    expect(show.terminal.written.at(-1)).toContain('following')
  })

  it('draws all of it again for another size', async () => {
    show = new Show()
    await show.after(300)
    await show.after(300)
    show.terminal.resize({ columns: 120, rows: 40 })
    expect(show.terminal.written.at(-1)).toContain('\u001b[2J')
  })

  it.each([
    ['q', (it: Show) => it.terminal.type('q')], ['Ctrl-C', (it: Show) => it.terminal.type('\u0003')], ['a signal', (it: Show) => it.stop.abort()], ['a terminal that is gone', (it: Show) => it.terminal.hangUp()],
  ])('ends by %s, and gives the terminal back', async (_, deed) => {
    show = new Show()
    await show.after(300)
    deed(show)
    expect(await show.ended).toBe(0)
    expect(show.terminal.closed).toBe(1)
  })

  it('gives the terminal back when it crashes, too', async () => {
    show = new Show({ top: () => { throw new Error('a bug') } })
    await expect(show.ended).rejects.toThrow('a bug')
    expect(show.terminal.closed).toBe(1)
  })

  it('takes a lone Escape for one once nothing follows, and an arrow in pieces for an arrow', async () => {
    show = new Show({ top: anAnswer({ sessions: sessionsOf(3), rates: [] }) })
    await show.after(300)
    show.terminal.type('?')
    await show.after(300)
    show.terminal.type('\u001b')
    await show.after(60)
    await show.after(300)
    expect(show.terminal.written.at(-1)).toContain('Sessions')
    show.terminal.type('\u001b[')
    show.terminal.type('B')
    await show.after(300)
    expect(show.terminal.written.at(-1)).toContain('▸ ● 00000001')
  })
})
