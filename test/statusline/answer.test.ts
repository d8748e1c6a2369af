import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Handlers } from '../../src/api/control-plane.ts'
import { serve } from '../../src/api/server.ts'
import { instant } from '../../src/core/time.ts'
import { answerStatusline, type StatuslineCall } from '../../src/statusline/answer.ts'
import { tempHome, type TempHome } from '../support/home.ts'

const fixture = (name: string): string => readFileSync(new URL(`../fixtures/statusline/${name}.json`, import.meta.url), 'utf8')
// The client drew its line two seconds after the response.
const DRAWN = instant(1_795_231_987_000)

let home: TempHome
let server: { close(): Promise<void> } | undefined
beforeEach(() => { home = tempHome('answer') })
afterEach(async () => { await server?.close(); server = undefined; home.remove() })
const variables = { PATH: process.env['PATH'], NO_COLOR: '1' }
const answer = (change: Partial<StatuslineCall> = {}): Promise<string> => answerStatusline({
  body: fixture('quota'), variables, ownVariables: variables, socket: path.join(home.path, 's.sock'), own: '', asked: null, now: DRAWN, zone: 'UTC', ...change,
})
const daemon = async (line: () => Promise<string>): Promise<void> => {
  server = await serve({ socket: path.join(home.path, 's.sock'), handlers: {} as Handlers, hook: async () => null, onBug: () => undefined, statusline: line })
}

describe('a status line', () => {
  it('is the daemon\'s', async () => {
    await daemon(async () => 'from the daemon')
    expect(await answer()).toBe('from the daemon\n')
  })
  it('without a daemon is what the client itself says, at once', async () => {
    expect(await answer()).toBe('Opus 5.5 · $0.0020 session · 5h 91% until 04:23 · ctx 0% · purser is not running\n')
    expect(await answer({ asked: 'silent' })).toBe('Opus 5.5 · $0.0020 session · 5h 91% until 04:23 · ctx 0% · purser does not answer\n')
    expect(await answer({ body: fixture('start') })).toBe('Opus 5.5 · $0.00 session · purser is not running\n')
  })
  it('shows no window that is over', async () => {
    expect(await answer({ body: fixture('quota'), now: instant(1_795_234_984_000) })).toBe('Opus 5.5 · $0.0020 session · 7d 30% until Tue 14:53 · ctx 0% · purser is not running\n')
  })
  it('comes below the lines of the person\'s own command, which runs at the same time', async () => {
    await daemon(async () => 'ours')
    expect(await answer({ own: 'echo one; echo two' })).toBe('one\ntwo\nours\n')
    expect(await answer({ own: 'exit 1' })).toBe('ours\n')
    expect(await answer({ own: 'echo mine', body: 'no payload', socket: path.join(home.path, 'none') })).toBe('mine\n')
  })
  it('of a daemon that fails or hangs is the client\'s own words after all', async () => {
    await daemon(() => Promise.reject(new Error('a bug')))
    expect(await answer()).toContain('purser does not answer')
    await server?.close()
    await daemon(() => new Promise(() => undefined))
    expect(await answer()).toContain('purser does not answer')
  })
  it('of what is no payload is nothing', async () => {
    for (const body of ['', 'CANARY', '[]', '{}']) expect(await answer({ body })).toBe('')
  })
})
