import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { parseUsd } from '../../../src/core/money.ts'
import { instant } from '../../../src/core/time.ts'
import { aProcess } from '../../support/fake-processes.ts'
import { DOLLAR, NOON, OpenWorld } from '../../support/open-world.ts'

const MINUTE = 60_000
const DAEMON = { role: 'daemon' } as const
const budget = (lines: string): string => `zone = "UTC"\n[[budget]]\nid = "all"\nlimit = "20"\n${lines}\n`

describe('the bound beside a budget', () => {
  let open: OpenWorld | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  const shown = async (lines: string, prepare: (open: OpenWorld) => Promise<void> = async () => undefined, options = {}) => {
    open = await OpenWorld.open({ config: budget(lines), ...options })
    await open.spend({})
    await prepare(open)
    const [answer] = (await open.handlers['budget.list']({})).budgets
    await open.close()
    open = undefined
    return { class: answer?.class, ...answer?.bound }
  }
  const heard = async ({ world, clock }: OpenWorld): Promise<void> => { world.running.hookHeardAt = clock.now() }

  it('is none where nothing stops the spending, and says so', async () => {
    expect(await shown('on_breach = "warn"', heard)).toMatchObject({ cost: null, unseen: null, because: expect.stringMatching(/\w{4}/) as string })
  })

  it('is of class H once a hook was heard within ten minutes, and of class O again when they fell silent', async () => {
    const late = async (opened: OpenWorld): Promise<void> => { await heard(opened); opened.clock.advance(10 * MINUTE + 1) }
    expect((await shown('on_breach = "deny"')).class).toBe('O')
    expect(await shown('on_breach = "deny"', heard)).toMatchObject({ class: 'H', cost: expect.stringMatching(/^\d+\.\d{2,9}$/) as string })
    expect((await shown('on_breach = "deny"', late)).class).toBe('O')
  })

  it('counts a session that runs and has not answered yet: its first request may be under way', async () => {
    const started = (alive: boolean, project = 'web') => async (opened: OpenWorld): Promise<void> => {
      await heard(opened)
      if (alive) opened.table.processes.push(aProcess({ pid: 4_000, startTime: '7' }))
      await opened.world.stores.transaction(() => opened.world.stores.sessions.bind({ agent: 'claude-code', id: 's2', cwd: '', project, transcript: '', pid: 4_000, startTime: '7', proof: 'hook' }, instant(NOON)))
    }
    const ended = async (opened: OpenWorld): Promise<void> => {
      await started(true)(opened)
      await opened.world.stores.transaction(() => opened.world.stores.sessions.end('claude-code', 's2', instant(NOON)))
    }
    const rule = 'on_breach = "deny"\nproject = "web"'
    const one = await shown(rule, heard)
    expect(one.because).toMatch(/^1 session;/)
    expect((await shown(rule, started(true))).because).toMatch(/^2 sessions;.*a session has not said its model/)
    for (const other of [started(false), started(true, 'api'), ended]) expect(await shown(rule, other)).toEqual(one)
  })

  const installed = async ({ world }: OpenWorld): Promise<void> => {
    mkdirSync(path.join(world.places.state, 'hook'), { recursive: true })
    writeFileSync(path.join(world.places.state, 'hook', 'purser-hook.sh'), '')
  }

  it('stays of class H while every session that spends was heard once and runs on, however long it has been silent', async () => {
    const spoke = (...sessions: readonly string[]) => async (opened: OpenWorld): Promise<void> => {
      await installed(opened)
      for (const [index, id] of sessions.entries()) {
        const pid = 4_000 + index
        opened.table.processes.push(aProcess({ pid, startTime: '7' }))
        await opened.world.stores.transaction(() => opened.world.stores.sessions.bind({ agent: 'claude-code', id, cwd: '', project: '', transcript: '', pid, startTime: '7', proof: 'hook' }, instant(NOON)))
      }
    }
    const then = (first: (open: OpenWorld) => Promise<void>, deed: (open: OpenWorld) => unknown) => async (opened: OpenWorld): Promise<void> => { await first(opened); await deed(opened) }
    const rule = 'on_breach = "deny"'
    expect((await shown(rule, spoke('s1'), DAEMON)).class).toBe('H')
    expect((await shown(rule, spoke('s1'))).class).toBe('O')
    expect((await shown(rule, then(spoke('s1'), opened => opened.table.change(4_000, { startTime: '8' })), DAEMON)).class).toBe('O')
    expect((await shown(rule, then(spoke('s1'), opened => opened.spend({ session: 's2' })), DAEMON)).class).toBe('O')
    expect((await shown(rule, then(spoke('s1', 's2'), opened => opened.spend({ session: 's2' })), DAEMON)).class).toBe('H')
    expect((await shown(rule, then(spoke('s1'), ({ world }) => rmSync(path.join(world.places.state, 'hook'), { recursive: true })), DAEMON)).class).toBe('O')
  })

  it('is of class R where hooks reserve and each session that spends was heard, and of class O where one was not', async () => {
    const spoke = async (opened: OpenWorld): Promise<void> => {
      await installed(opened)
      opened.table.processes.push(aProcess({ pid: 4_000, startTime: '7' }))
      await opened.world.stores.transaction(() => opened.world.stores.sessions.bind({ agent: 'claude-code', id: 's1', cwd: '', project: '', transcript: '', pid: 4_000, startTime: '7', proof: 'hook' }, instant(NOON)))
    }
    const rule = 'on_breach = "deny"\nreserve = "hooks"'
    // It was at work before the budget asked: two requests of $3.60.
    expect(await shown(rule, spoke, DAEMON)).toMatchObject({ class: 'R', cost: '7.20', unseen: '10.80', estimate: false })
    expect((await shown(rule, async opened => { await spoke(opened); await opened.spend({ session: 's2' }) }, DAEMON)).class).toBe('O')
    expect((await shown(rule, undefined, DAEMON)).class).toBe('O')
  })

  it('names what is missing: a daemon, the hooks, or a word of hooks that are there', async () => {
    expect((await shown('on_breach = "deny"', installed)).because).toContain('no daemon is running')
    expect((await shown('on_breach = "deny"', undefined, DAEMON)).because).toContain('no hooks are installed')
    expect((await shown('on_breach = "deny"', installed, DAEMON)).because).toContain('none was heard')
  })

  it('grows with the sessions that were active lately, and only with those the budget counts', async () => {
    const more = (project: string) => async (opened: OpenWorld): Promise<void> => { await heard(opened); await opened.spend({ session: 's2', project }) }
    const rule = 'on_breach = "deny"\nproject = "web"'
    const [one, two, other] = [await shown(rule, heard), await shown(rule, more('web')), await shown(rule, more('api'))]
    expect(parseUsd(two.cost ?? '0')).toBeGreaterThan(parseUsd(one.cost ?? '0'))
    expect(other.cost).toBe(one.cost)
  })

  it('counts signals only where they are armed', async () => {
    const armed = async (opened: OpenWorld): Promise<void> => { await opened.handlers.arm({ by: 'dev' }) }
    const [dry, real, alone] = [await shown('on_breach = "terminate"', undefined, DAEMON), await shown('on_breach = "terminate"', armed, DAEMON), await shown('on_breach = "terminate"', armed)]
    expect([dry.cost, real.cost === null, alone.cost]).toEqual([null, false, null])
  })

  it('is smaller where no save-work is left open', async () => {
    const closed = async (opened: OpenWorld): Promise<void> => {
      writeFileSync(opened.world.places.configFile, `${budget('on_breach = "deny"')}[enforcement]\nsave_work = ["none"]\n`)
      opened.world.config.reload()
      await heard(opened)
    }
    const [withWork, without] = [await shown('on_breach = "deny"', heard), await shown('on_breach = "deny"', closed)]
    expect(parseUsd(without.cost ?? '0')).toBeLessThan(parseUsd(withWork.cost ?? '0'))
  })

  it('forgets a session that did nothing for ten minutes', async () => {
    const two = async (opened: OpenWorld): Promise<void> => { await opened.spend({ session: 'old', at: NOON - 11 * MINUTE, output: 9 * DOLLAR }); opened.world.running.hookHeardAt = instant(NOON) }
    expect((await shown('on_breach = "deny"', two)).cost).toBe((await shown('on_breach = "deny"', heard)).cost)
  })
})
