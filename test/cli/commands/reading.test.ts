// The commands that only ask and print: which operation each asks for, what it prints, with which exit code it ends.
import { describe, expect, it } from 'vitest'
import type { OperationName } from '../../../src/api/control-plane.ts'
import { AppError } from '../../../src/core/errors.ts'
import { FakeControlPlane } from '../../support/fake-control-plane.ts'
import { FakeWorld } from '../../support/fake-world.ts'
import { samples } from '../../support/sample-answers.ts'

const READS: readonly (readonly [line: string, operation: OperationName, exit: number])[] = [
  ['status', 'status', 0], ['report total', 'report', 0], ['report daily', 'report', 0], ['report project', 'report', 0], ['report weekly', 'report', 0], ['report monthly', 'report', 0], ['report session', 'report', 0], ['report blocks', 'report', 0], ['report branch', 'report', 0], ['report model', 'report', 0], ['report agent', 'report', 0], ['report account', 'report', 0], ['index', 'index', 0],
  ['budget list', 'budget.list', 0], ['budget show web-daily', 'budget.show', 0], ['lock list', 'lock.list', 0], ['lock show L1', 'lock.show', 0], ['ps', 'ps', 0],
  ['quota', 'quota', 0], ['account list', 'account.list', 0], ['account show work', 'account.show', 0], ['account login-help work', 'account.login-help', 0], ['session list', 'session.list', 0], [`session show ${samples['session.show'].session.session}`, 'session.show', 0],
  ['pricing show', 'pricing.show', 0], ['pricing diagnose', 'pricing.diagnose', 5], ['pricing reprice', 'pricing.reprice', 0],
  ['external list', 'external.list', 5], ['external show spending-hook', 'external.show', 0], ['external show --session s1', 'external.show', 0], ['external sync', 'external.sync', 0],
  ['doctor', 'doctor', 5], ['agent list', 'agent.list', 0], ['agent doctor', 'agent.doctor', 5], ['agent doctor codex', 'agent.doctor', 5], ['notify test', 'notify.test', 69], ['config show', 'config.show', 5],
]

describe.each(READS)('purser %s', (line, operation, exit) => {
  it(`with --json prints the whole answer of ${operation} and nothing else`, async () => {
    const daemon = new FakeControlPlane()
    const world = new FakeWorld({ daemon })
    expect(await world.run(`${line} --json`)).toBe(exit)
    expect(JSON.parse(world.out)).toEqual(samples[operation])
    expect(world.err).toBe('')
    expect(daemon.names).toContain(operation)
  })
  it('without it prints lines for people, without colour in a pipe', async () => {
    const world = new FakeWorld()
    expect(await world.run(line)).toBe(exit)
    expect(world.out.trim()).not.toBe('')
    expect(world.out).not.toContain('\u001b')
  })
})

describe('exit codes of findings', () => {
  it.each([
    ['doctor', { doctor: { findings: samples.doctor.findings.filter(({ level }) => level === 'ok' || level === 'info') } }],
    ['agent doctor', { 'agent.doctor': { findings: samples['agent.doctor'].findings.filter(({ level }) => level === 'ok') } }],
    ['external list', { 'external.list': { sources: samples['external.list'].sources.filter(({ failure }) => failure === null) } }],
    ['pricing diagnose', { 'pricing.diagnose': { card: 'c', unpriced: [], disagreements: [] } }],
    ['notify test', { 'notify.test': { results: [{ channel: 'desktop', ok: true, detail: '' }] } }],
    ['config show', { 'config.show': { ...samples['config.show'], problem: null } }],
  ])('purser %s is 0 when there is nothing to look at', async (line, answers) => {
    expect(await new FakeWorld({ daemon: new FakeControlPlane(answers) }).run(line)).toBe(0)
  })
})

describe('a report', () => {
  const asked = async (line: string): Promise<unknown> => {
    const daemon = new FakeControlPlane()
    const world = new FakeWorld({ daemon })
    expect(await world.run(line)).toBe(0)
    return daemon.lastInput('report')
  }
  it('asks for exactly what was typed', async () => {
    expect(await asked('report daily --since 2026-11-01 --until 2026-11-15 --zone UTC --project web-* --branch main')).toEqual({ kind: 'daily', since: '2026-11-01', until: '2026-11-15', zone: 'UTC', project: 'web-*', branch: 'main' })
    expect(await asked('report total')).toEqual({ kind: 'total' })
  })
  it('turns --last into days of the configured zone, or of the one given', async () => {
    expect(await asked('report daily --last 7d')).toEqual({ kind: 'daily', since: '2026-11-15' })
    expect(await asked('report project --last 1d --zone Pacific/Kiritimati')).toEqual({ kind: 'project', since: '2026-11-22', zone: 'Pacific/Kiritimati' })
  })
  it('takes keys with commas between, and every filter', async () => {
    expect(await asked('report project --by model,date --breakdown --agent claude --model *opus* --account ~/.claude --session 7f* --timezone UTC')).toEqual({ kind: 'project', by: ['model', 'date'], breakdown: true, agent: 'claude', model: '*opus*', account: '~/.claude', session: '7f*', zone: 'UTC' })
  })
  it('reads the logs first where another tool would have', async () => {
    expect(await asked('report daily --compat ccusage')).toMatchObject({ fresh: true })
    expect(await asked('report daily --json')).not.toHaveProperty('fresh')
  })
  it.each([
    ['report daily --csv --json', '--csv and --json are two ways to print one answer; keep one'], ['report daily --csv --compat ccusage', '--csv and --compat are two ways'],
    ['report daily --order desc', '--order is an option of ccusage and goes with --compat'], ['report daily --instances', '--instances is an option of ccusage'], ['report project --by ,', '--by is empty; leave it out'],
    ['report project --compat ccusage', '"purser report project" has no option --compat'], ['report daily --compat ccusge', 'did you mean "ccusage"?'], ['report dayly', 'did you mean: purser report daily'],
  ])('refuses %s', async (line, message) => {
    const world = new FakeWorld()
    expect(await world.run(line)).toBe(2)
    expect(world.err).toContain(message)
    expect(world.out).toBe('')
  })
  it('as CSV is nothing but CSV', async () => {
    const world = new FakeWorld()
    expect(await world.run('report daily --csv')).toBe(0)
    expect(world.out).toMatch(/^date,[^]*\r\n2026-11-20,[^]*\r\n$/)
    expect(world.err).toBe('')
  })
  it('of blocks asks for only what is wanted', async () => {
    expect(await asked('report blocks')).toEqual({ kind: 'blocks' })
    expect(await asked('report blocks --recent')).toEqual({ kind: 'blocks', only: 'recent' })
    expect(await asked('report blocks --recent --active')).toEqual({ kind: 'blocks', only: 'active' })
  })
  it('refuses two beginnings', async () => {
    const world = new FakeWorld()
    expect(await world.run('report total --last 7d --since 2026-11-01')).toBe(2)
    expect(world.err).toContain('keep one')
  })
})

it('passes arguments of reading commands on', async () => {
  const daemon = new FakeControlPlane()
  for (const line of ['budget show web', 'lock show L9', 'lock list --all', 'pricing show opus', 'notify test ntfy', 'index --rebuild']) await new FakeWorld({ daemon }).run(line)
  expect(daemon.asked.filter(({ name }) => name !== 'hello' && name !== 'index.progress').map(({ input }) => input)).toEqual([
    { id: 'web' }, { id: 'L9' }, { all: true }, { model: 'opus' }, { channel: 'ntfy' }, { rebuild: true },
  ])
})

describe('purser external', () => {
  it('goes on with a chain until it was read, and adds up what that did', async () => {
    const [one] = samples['external.sync'].results
    let left = 3
    const daemon = new FakeControlPlane({ 'external.sync': () => ({ results: [{ ...one, source: 'chain', entries: 10, cost: '1.50', withdrawn: 0, more: --left > 0 }] }) })
    const world = new FakeWorld({ daemon })
    expect(await world.run('external sync --json')).toBe(0)
    expect(JSON.parse(world.out)).toMatchObject({ results: [{ source: 'chain', entries: 30, cost: '4.50', more: false }] })
    expect(daemon.asked.filter(({ name }) => name === 'external.sync').map(({ input }) => input)).toEqual([{}, { id: 'chain' }, { id: 'chain' }])
  })

  it('is 69 when a source cannot be read, and asks for a source or a session', async () => {
    const [one] = samples['external.sync'].results
    expect(await new FakeWorld({ daemon: new FakeControlPlane({ 'external.sync': { results: [{ ...one, failure: 'bill is not there' }] } }) }).run('external sync bill')).toBe(69)
    expect(await new FakeWorld({ daemon: new FakeControlPlane() }).run('external show')).toBe(2)
    expect(await new FakeWorld({ daemon: new FakeControlPlane() }).run('external show bill --session s1')).toBe(2)
  })

  it('resets with a reason, for one amount or all', async () => {
    const daemon = new FakeControlPlane()
    expect(await new FakeWorld({ daemon }).run('external reset bill --reason month --subject nov')).toBe(0)
    expect(daemon.lastInput('external.reset')).toMatchObject({ id: 'bill', reason: 'month', subject: 'nov' })
    expect(await new FakeWorld({ daemon }).run('external reset bill')).toBe(2)
  })
})

describe('purser doctor', () => {
  it('makes a finding of what keeps the records closed, and a bug stays a bug', async () => {
    const failing = (error: Error) => new FakeWorld({ daemon: new FakeControlPlane({ 'doctor': () => { throw error } }) })
    const broken = failing(new AppError('invalid_input', 'config.toml has 1 problem:\n  line 2: limit is missing'))
    expect(await broken.run('doctor --json')).toBe(5)
    expect(JSON.parse(broken.out)).toEqual({ findings: [{ id: 'start', level: 'error', title: 'purser cannot open its records, so nothing else was checked', detail: 'config.toml has 1 problem: · line 2: limit is missing', remedy: 'Mend the file: `purser config edit`, then `purser doctor`' }] })
    expect(await failing(new Error('boom')).run('doctor')).toBe(1)
  })
})

describe('purser config check', () => {
  it('of a file that is named and missing is a mistake, of the one in force it is not', async () => {
    const world = new FakeWorld({ doors: { checkConfig: async ({ file }) => ({ ...samples['config.check'], file, exists: false, problems: [] }) } })
    expect([await world.run('config check nwe.toml'), await world.run('config check')]).toEqual([4, 0])
    expect(world.err).toContain('does not exist; the one in force: purser config path')
  })
  it('looks at the file itself and asks nobody: it has to work when nothing else does', async () => {
    const files: string[] = []
    const world = new FakeWorld({ doors: { checkConfig: async ({ file }) => { files.push(file); return samples['config.check'] } } })
    expect([await world.run('config check'), await world.run('config check new.toml'), await world.run('config check /etc/purser.toml')]).toEqual([2, 2, 2])
    expect(files).toEqual(['/home/ada/.config/purser/config.toml', '/home/ada/src/web-app/new.toml', '/etc/purser.toml'])
    expect(world.opened).toEqual([])
  })
  it('ends with 0 for a good file, and prints the whole answer as JSON', async () => {
    const good = { ...samples['config.check'], problems: [] }
    const world = new FakeWorld({ doors: { checkConfig: async () => good } })
    expect(await world.run('config check --json')).toBe(0)
    expect(JSON.parse(world.out)).toEqual(good)
  })
})

describe('paths', () => {
  it.each([['lock path', '/home/ada/.local/state/purser/locks'], ['config path', '/home/ada/.config/purser/config.toml']])('purser %s asks nobody', async (line, path) => {
    const world = new FakeWorld()
    expect(await world.run(line)).toBe(0)
    expect([world.out, world.opened]).toEqual([`${path}\n`, []])
    const json = new FakeWorld()
    await json.run(`${line} --json`)
    expect(JSON.parse(json.out)).toEqual({ path })
  })
})

describe('purser events', () => {
  it('prints JSON lines, or readable ones with --text', async () => {
    const lines = new FakeWorld()
    await lines.run('events')
    expect(lines.out).toBe(`${JSON.stringify(samples.events.events[0])}\n`)
    const text = new FakeWorld()
    await text.run('events --text')
    expect(text.out).toBe('14:02:11  warn   budget.breached         budget=api-daily spent=20.134\n')
  })
  it('begins after an id, refuses what is none, and two forms at once', async () => {
    const daemon = new FakeControlPlane({ events: { events: [], last: 71 } })
    await new FakeWorld({ daemon }).run('events --after 60')
    expect(daemon.lastInput('events')).toEqual({ after: 60, limit: 1000 })
    for (const line of ['events --after soon', 'events --text --json']) expect(await new FakeWorld().run(line)).toBe(2)
  })
  it('following begins with the last ten and ends with Ctrl-C', async () => {
    const daemon = new FakeControlPlane({ events: { events: [], last: 71 } })
    const world = new FakeWorld({ daemon })
    world.stop.abort()
    expect(await world.run('events --follow')).toBe(0)
    expect(daemon.asked.at(-1)?.input).toEqual({ after: Number.MAX_SAFE_INTEGER, limit: 1 })
  })
})
