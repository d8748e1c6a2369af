// How a session is taken up again: its own words, its own folder, no fewer checks; and never a word of a stranger's choice.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KNOWN_AGENTS } from '../../../src/agents/known-agents.ts'
import { claudeCode } from '../../../src/agents/claude-code/adapter.ts'
import { isPlainId, planResume, type Resumable } from '../../../src/core/sessions/resume.ts'
import { instant } from '../../../src/core/time.ts'
import { aProcess } from '../../support/fake-processes.ts'

const ID = '3f3c8446-2b81-4c3f-b8fb-6ded90c1fae2'
const what = (change: Partial<Resumable> = {}): Resumable => ({ agent: 'claude-code', session: ID, cwd: '/p/web', mode: 'plan', ...change })
const ENDED = { state: 'ended', at: instant(1) } as const
const plan = (change: Partial<Resumable> = {}, state: Parameters<typeof planResume>[1] = ENDED) => planResume(what(change), state, claudeCode, path => path === '/p/web')

describe('a session comes back', () => {
  it('by its own id, in its own folder, in the mode it had', () => {
    expect(plan()).toEqual({ ok: true, words: ['claude', '--permission-mode', 'plan', '--resume', ID], cwd: '/p/web', differs: '' })
  })
  it('asking for permissions, where it had no checks or none that we know', () => {
    for (const mode of ['bypassPermissions', 'yolo', 'constructor', '__proto__']) expect(plan({ mode })).toMatchObject({ ok: true, words: ['claude', '--permission-mode', 'manual', '--resume', ID], differs: `it was in the mode "${mode}"; it comes back asking for permissions` })
  })
  it('as its settings say where no mode was ever told, and says so', () => {
    expect(plan({ mode: '' })).toMatchObject({ ok: true, words: ['claude', '--resume', ID], differs: expect.stringContaining('not known') as string })
  })
  it('never with fewer checks than it had, whatever was in its log', () => {
    fc.assert(fc.property(fc.string(), mode => {
      const made = plan({ mode })
      expect(made.ok && made.words.some(word => /bypass|dangerous|skip/i.test(word))).toBe(false)
    }))
  })
})

describe('a session does not come back', () => {
  it.each([
    ['that runs', {}, { state: 'idle', process: aProcess(), background: false, copies: [] }, 'it is running already, as pid 4711'],
    ['in the background', {}, { state: 'busy', process: aProcess(), background: true, copies: [] }, 'it is running already, as pid 4711'],
    ['without a folder', { cwd: '' }, ENDED, 'the folder it worked in is not known'],
    ['whose folder is gone', { cwd: '/p/old' }, ENDED, 'the folder it worked in is gone: /p/old'],
    ['whose id is an option', { session: '--dangerously-skip-permissions' }, ENDED, 'its id is not one that an agent makes, and could be read as an option'],
  ] as const)('%s', (_, change, state, because) => {
    expect(plan(change, state)).toMatchObject({ ok: false, because })
  })
  it('whose agent has no command for it', () => {
    expect(planResume(what(), ENDED, { displayName: 'Amp' }, () => true)).toMatchObject({ ok: false, because: 'Amp has no command that takes up a session by its id' })
  })
})

describe('the words of a command', () => {
  const agents = [...KNOWN_AGENTS.values()].filter(({ resume }) => resume)
  const nasty = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('a', '-', ' ', ';', '$', '`', '"', "'", '\n', '\\', '|', '&', '(', '*', '\u0000', '\u202e') }))

  it('hold an id whole, as one word, and no id that begins with a dash or that a shell would read', () => {
    fc.assert(fc.property(nasty, fc.constantFrom(...agents), (session, adapter) => {
      const made = planResume(what({ session, mode: '' }), ENDED, adapter, () => true)
      expect(made.ok).toBe(isPlainId(session))
      if (!made.ok) return
      expect(session).toMatch(/^[A-Za-z0-9][A-Za-z0-9._:@-]*$/)
      expect(made.words.filter(word => word === session).length).toBe(1)
    }), { numRuns: 500 })
  })
  it('are the program and plain words for every agent there is', () => {
    for (const { name, resume } of agents) expect([name, resume?.argv(ID).every(word => /^[A-Za-z0-9-]+$/.test(word))]).toEqual([name, true])
  })
})
