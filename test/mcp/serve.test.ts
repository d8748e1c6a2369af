// The server as the SDK's own client meets it, which checks every answer against the schema that was listed.
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
import { afterEach, describe, expect, it } from 'vitest'
import { AppError } from '../../src/core/errors.ts'
import { serveMcp, TOOLS } from '../../src/mcp/serve.ts'
import { FakeControlPlane, type Answers } from '../support/fake-control-plane.ts'
import { samples } from '../support/sample-answers.ts'

const config = (write: boolean): Answers => ({ 'config.show': { ...samples['config.show'], values: [{ key: 'mcp.write', value: String(write), from: 'config.toml:3' }] } })
const ASKER = { pid: 4242, startTime: '395962' }
const open: Client[] = []
afterEach(async () => { for (const client of open.splice(0)) await client.close() })

interface Told { readonly text: string; readonly failed: boolean; readonly content: Readonly<Record<string, unknown>> | undefined }
async function server(answers: Answers = {}, { write = true }: { readonly write?: boolean } = {}): Promise<{ plane: FakeControlPlane; client: Client; log: string[]; ask: (name: string, given?: Record<string, unknown>) => Promise<Told> }> {
  const plane = new FakeControlPlane({ ...config(write), ...answers }), log: string[] = []
  const [near, far] = InMemoryTransport.createLinkedPair()
  let now = Date.UTC(2026, 10, 21, 12)
  await serveMcp({ version: '0.1.0', asker: ASKER, folder: '/home/ada/src/web-app', environment: { home: '/home/ada', platform: 'linux', variables: {} }, connect: () => plane, signal: new AbortController().signal, log: text => log.push(text), now: () => (now += 1_000), minted: 'abc' }, far)
  const client = new Client({ name: 'test', version: '1' })
  await client.connect(near)
  await client.listTools()
  open.push(client)
  return {
    plane, client, log,
    ask: async (name, given = {}) => {
      const { content, isError, structuredContent } = await client.callTool({ name, arguments: given })
      return { text: (content as readonly { readonly text: string }[])[0]?.text ?? '', failed: isError === true, content: structuredContent as Told['content'] }
    },
  }
}

describe('the tools of agents', () => {
  it('are only those that read, until the configuration lets them write, and say so of the others', async () => {
    const { client, ask, plane } = await server({}, { write: false })
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['budget_status', 'claim_list', 'spend_report'])
    for (const { name, writes } of TOOLS) if (writes) expect(await ask(name, name.startsWith('claim') ? { names: ['x'] } : { id: 'a', amount: '1' })).toMatchObject({ failed: true, text: expect.stringContaining('[mcp] write = true') as string })
    expect(plane.names.filter(name => /^(budget\.(reserve|settle)|claim\.(take|release))$/.test(name))).toEqual([])
  })

  it('are all seven with write = true, each with its schemas and what it does to the world', async () => {
    const { tools } = await (await server()).client.listTools()
    expect(tools.map(({ name, annotations }) => [name, annotations?.readOnlyHint])).toEqual([['budget_status', true], ['budget_reserve', false], ['budget_settle', false], ['claim_acquire', false], ['claim_release', false], ['claim_list', true], ['spend_report', true]])
    for (const { inputSchema, outputSchema } of tools) expect([inputSchema, outputSchema]).toMatchObject([{ type: 'object', additionalProperties: false }, { type: 'object' }])
  })

  it('are listed anew as soon as a call finds the configuration changed', async () => {
    let write = false
    const { client, ask } = await server({ 'config.show': () => ({ ...samples['config.show'], values: [{ key: 'mcp.write', value: String(write), from: 'default' }] }) })
    const changed = new Promise<void>(resolve => { client.setNotificationHandler(ToolListChangedNotificationSchema, () => { resolve() }) })
    write = true
    await ask('claim_list')
    await changed
    expect((await client.listTools()).tools).toHaveLength(7)
  })

  it('answer what was typed wrong as a result that names it, and know no other tools', async () => {
    const { ask, plane, client } = await server()
    expect(await ask('budget_reserve', { id: 'a', amount: -1 })).toMatchObject({ failed: true, text: expect.stringContaining('amount') as string })
    expect(await ask('budget_reserve', { id: 'a', amount: 'NaN' })).toMatchObject({ failed: true, text: expect.stringContaining('"1.50"') as string })
    expect(await ask('spend_report', { rowz: 3 })).toMatchObject({ failed: true, text: expect.stringContaining('rowz') as string })
    expect(await ask('claim_acquire', { names: [] })).toMatchObject({ failed: true })
    expect(plane.names.filter(name => name !== 'config.show')).toEqual([])
    await expect(client.callTool({ name: 'shell', arguments: {} })).rejects.toThrow('there is no tool shell')
  })

  it('tell a fault as a result, and of a bug the log', async () => {
    const { ask, log } = await server({ 'budget.show': new AppError('not_found', 'there is no budget "x"'), 'claim.list': new Error('oops') })
    expect(await ask('budget_status', { id: 'x' })).toEqual({ failed: true, text: 'there is no budget "x"', content: undefined })
    expect([(await ask('claim_list')).failed, log]).toEqual([true, ['purser mcp: claim_list: oops']])
  })

  it('close every control plane they opened', async () => {
    const { ask, plane } = await server({ 'claim.list': new Error('oops') })
    await ask('claim_list')
    await ask('budget_status')
    expect(plane.closed).toBe(3)
  })
})

describe('money', () => {
  it('is shown with what is left, and the lock that stops it', async () => {
    expect(await (await server()).ask('budget_status')).toMatchObject({ failed: false, text: expect.stringMatching(/^web-daily \(main\): \$5\.80 left of \$20\.00 today\. 1 lock is in force: budget api-daily is spent/) as string, content: { budgets: [{ id: 'web-daily' }], locks: [{ id: 'L3f9a2c' }] } })
    const none = await server({ 'budget.list': { budgets: [] }, 'lock.list': { locks: [] } })
    expect((await none.ask('budget_status')).text).toBe('No budget is set here.')
  })

  it('is reserved by the session that is proven, where it works', async () => {
    const { ask, plane } = await server()
    expect(await ask('budget_reserve', { id: 'job-17', amount: '1.50' })).toMatchObject({ failed: false, text: 'job-17 holds $0.00; $4.30 is left. Settle it with budget_settle.', content: { ok: true, reservation: { id: 'job-17' } } })
    expect(plane.lastInput('caller')).toEqual({ asker: ASKER, cwd: '/home/ada/src/web-app' })
    expect(plane.lastInput('budget.reserve')).toEqual({ id: 'job-17', amount: '1.50', project: '/home/ada/src/web-app', branch: 'main', agent: 'claude-code', session: '7f3a91c2-77b1-4f4e-9a55-02a1c1b0a001', owner: { pid: 4121 } })
    await ask('budget_reserve', { id: 'job-18', amount: '1', budget: 'nightly', shows_in_session_log: true })
    expect(plane.lastInput('budget.reserve')).toEqual({ id: 'job-18', amount: '1', budget: 'nightly', covers: { agent: 'claude-code', session: '7f3a91c2-77b1-4f4e-9a55-02a1c1b0a001' }, owner: { pid: 4121 } })
  })

  it('is reserved for nobody where no session can be proven, and never for one that is only a process', async () => {
    const nobody = await server({ 'caller': { proven: false, because: 'no terminal', project: '/home/ada/src/web-app', branch: '' } })
    await nobody.ask('budget_reserve', { id: 'a', amount: '1', shows_in_session_log: true })
    expect(nobody.plane.lastInput('budget.reserve')).toEqual({ id: 'a', amount: '1', project: '/home/ada/src/web-app' })
    const shell = await server({ 'caller': { proven: true, agent: 'shell', session: 'shell-7', pid: 7, startTime: '1', proof: 'terminal', project: '/home/ada/src/web-app', branch: '' } })
    await shell.ask('budget_reserve', { id: 'a', amount: '1', shows_in_session_log: true })
    expect(shell.plane.lastInput('budget.reserve')).toEqual({ id: 'a', amount: '1', project: '/home/ada/src/web-app', owner: { pid: 7 } })
  })

  it('that is refused is an answer, not an error', async () => {
    const refused = { ok: false, refused: 'over_budget', remaining: '0.30', by: 'web-daily', because: 'budget web-daily has $0.30 left, and $1.50 was asked for' } as const
    expect(await (await server({ 'budget.reserve': refused })).ask('budget_reserve', { id: 'a', amount: '1.50' })).toEqual({ failed: false, text: 'Refused: budget web-daily has $0.30 left, and $1.50 was asked for.', content: refused })
    expect((await (await server({ 'budget.settle': { ...refused, refused: 'conflict', because: 'reservation a was settled with another amount' } })).ask('budget_settle', { id: 'a', amount: '2' })).text).toBe('Refused: reservation a was settled with another amount.')
  })

  it('is settled with what it cost, once', async () => {
    const { ask, plane } = await server()
    expect((await ask('budget_settle', { id: 'job-17', amount: '1.20', tool: 'maps' })).text).toBe('job-17 is settled: it cost $1.20.')
    expect(plane.lastInput('budget.settle')).toEqual({ id: 'job-17', amount: '1.20', tool: 'maps' })
  })

  it('is reported as a sum with the rows that matter, and how many more there are', async () => {
    const row = (cost: string, date: string) => ({ ...samples['report'].total, cost, date })
    const report = { ...samples['report'], kind: 'daily', by: ['date'], rows: ['2026-11-19', '2026-11-20', '2026-11-21'].map((date, at) => row(`${at}.00`, date)) } as const
    const { ask, plane } = await server({ 'report': report })
    const { text, content } = await ask('spend_report', { kind: 'daily', rows: 2, project: 'web-*' })
    expect(text).toMatch(/^\$.* in [\d,]+ responses?; 3 rows\.$/)
    expect(content).toMatchObject({ more: 1, rows: [{ date: '2026-11-20' }, { date: '2026-11-21' }] })
    expect(plane.lastInput('report')).toEqual({ kind: 'daily', fresh: true, project: 'web-*' })
  })
})

describe('claims', () => {
  it('are taken, listed and given back as the server\'s own process', async () => {
    const { ask, plane } = await server()
    expect((await ask('claim_acquire', { names: ['path:src'], reason: 'tests' })).text).toMatch(/is yours \(token \d+\)\.$/)
    expect(plane.lastInput('claim.take')).toEqual({ names: ['path:src'], cwd: '/home/ada/src/web-app', asker: ASKER, reason: 'tests' })
    expect((await ask('claim_release', { names: ['path:src'] })).text).toContain('released')
    expect(await ask('claim_list')).toMatchObject({ failed: false, content: { claims: [{}] } })
    expect(plane.lastInput('claim.list')).toEqual({ asker: ASKER })
  })

  it('held by somebody else are refused with who, and waited for in one place of the line', async () => {
    const heldBy = { agent: 'codex', session: 's2', generation: 1, node: 'n', pid: 9, proof: 'hook' }
    const held = { ok: false, refused: 'held', asked: 'deploy', name: 'deploy', heldBy, since: '2026-11-21T12:00:00.000Z', expiresAt: null, reason: 'release', token: 4, strict: false, says: 'deploy is held by codex session s2' } as const
    const { ask, plane } = await server({ 'claim.take': () => (plane.names.filter(name => name === 'claim.take').length < 4 ? { ...held, waiting: { ticket: 't', position: 1 } } : samples['claim.take']) })
    expect(await ask('claim_acquire', { names: ['deploy'] })).toMatchObject({ failed: false, text: 'Refused: deploy is held by codex session s2', content: { ok: false, heldBy } })
    expect(await ask('claim_acquire', { names: ['deploy'], wait_seconds: 45 })).toMatchObject({ content: { ok: true } })
    const tickets = plane.asked.filter(({ name }) => name === 'claim.take').flatMap(({ input }) => ((input as { wait?: { ticket: string } }).wait?.ticket ?? []))
    expect(tickets).toHaveLength(3)
    expect(new Set(tickets).size).toBe(1)
  })

  it('are not waited for longer than was said', async () => {
    const waiting = { ok: false, refused: 'queued', asked: 'deploy', says: 'others wait longer', waiting: { ticket: 't', position: 2 } } as const
    const { ask, plane } = await server({ 'claim.take': waiting })
    expect(await ask('claim_acquire', { names: ['deploy'], wait_seconds: 3 })).toMatchObject({ failed: false, text: 'Refused: others wait longer' })
    expect(plane.names.filter(name => name === 'claim.take').length).toBeLessThan(5)
  })
})
