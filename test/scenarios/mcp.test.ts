// Agents with purser's tools: the built program as their server, a real daemon behind it, the SDK's own client in front, and
// an agent process between that is whose session it is.
import { chmodSync, copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { builtPackage } from '../support/built-package.ts'
import { tempHome, type TempHome } from '../support/home.ts'
import { LonePurser } from '../support/lone-purser.ts'

let built: TempHome, cli: string, purser: LonePurser
const open: Client[] = []
beforeAll(async () => { built = tempHome('built'); ({ cli } = await builtPackage(built.path)) })
afterAll(() => built.remove())
beforeEach(() => { purser = new LonePurser(cli) })
afterEach(async () => {
  for (const client of open.splice(0)) await client.close()
  await purser.end()
})

const WRITE = 'zone = "UTC"\n[mcp]\nwrite = true\n[[budget]]\nid = "all"\nwindow = "lifetime"\nlimit = "5.00"\n'
interface Told { readonly text: string; readonly content: Readonly<Record<string, unknown>> }
interface Agent { readonly session: string; readonly client: Client; ask(name: string, given?: Record<string, unknown>): Promise<Told>; end(): Promise<void> }

/** An agent of that session, as the client installs it, with the server below it. */
async function agent(session: string): Promise<Agent> {
  const program = join(purser.home.path, '.local', 'bin', 'claude')
  mkdirSync(join(program, '..'), { recursive: true })
  copyFileSync(join(import.meta.dirname, '..', 'support', 'fake-agent', 'claude.cjs'), program)
  chmodSync(program, 0o755)
  const wish = { session, mcp: [process.execPath, cli, 'mcp'] }
  const transport = new StdioClientTransport({ command: program, cwd: purser.project, stderr: 'ignore', env: { ...purser.env, PURSER_TEST_PIDS: process.env['PURSER_TEST_PIDS'] ?? '', FAKE_AGENT: JSON.stringify(wish) } })
  const client = new Client({ name: 'test', version: '1' })
  open.push(client)
  await client.connect(transport)
  await client.listTools()
  return {
    session, client, end: () => client.close(),
    ask: async (name, given = {}) => {
      const { content, structuredContent } = await client.callTool({ name, arguments: given })
      return { text: (content as readonly { readonly text: string }[])[0]?.text ?? '', content: (structuredContent ?? {}) as Told['content'] }
    },
  }
}
const ONE = 'aaaaaaaa-1111-4111-a111-111111111111', TWO = 'bbbbbbbb-2222-4222-b222-222222222222'

describe.runIf(process.platform === 'linux')('agents with purser\'s tools', () => {
  it('keep off each other and within the budget, each known by its own process', async () => {
    purser.configure(WRITE)
    await purser.up()
    const [first, second] = [await agent(ONE), await agent(TWO)]
    expect(await first.ask('claim_acquire', { names: ['path:src'], reason: 'rewrite the login' })).toMatchObject({ content: { ok: true, claims: [{ holder: { agent: 'claude-code', session: ONE, proof: 'registry' } }] } })
    expect(await second.ask('claim_acquire', { names: ['path:src/auth.ts'] })).toMatchObject({ text: expect.stringMatching(/^Refused: .*rewrite the login/) as string, content: { ok: false, refused: 'held', heldBy: { session: ONE } } })
    expect(await second.ask('claim_release', { names: ['path:src'] })).toMatchObject({ content: { ok: false } })

    expect(await first.ask('budget_reserve', { id: 'one', amount: '4.00' })).toMatchObject({ text: 'one holds $4.00; $1.00 is left. Settle it with budget_settle.', content: { ok: true, reservation: { owner: expect.stringMatching(/^process \d+@/) as string } } })
    expect(await second.ask('budget_reserve', { id: 'two', amount: '1.01' })).toMatchObject({ text: expect.stringContaining('has $1.00 left') as string, content: { ok: false, refused: 'over_budget' } })
    expect((await first.ask('budget_settle', { id: 'one', amount: '0.50' })).text).toBe('one is settled: it cost $0.50.')
    expect((await second.ask('budget_status')).text).toBe('all: $4.50 left of $5.00 in all.')
    expect((await second.ask('spend_report')).text).toBe('$0.50 in all, in 0 responses.')

    await first.end()
    await purser.until(async () => (await second.ask('claim_acquire', { names: ['path:src'] })).content['ok'] === true)
  })

  it('know it too without a daemon, and only read where nothing else is allowed', async () => {
    purser.spend([150])
    const { client, ask } = await agent(ONE)
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['budget_status', 'claim_list', 'spend_report'])
    expect((await ask('spend_report', { kind: 'session' })).text).toBe('$1.50 in all, in 1 response; 1 row.')
    expect((await ask('claim_acquire', { names: ['x'] })).text).toContain('[mcp] write = true')
    purser.configure(WRITE)
    expect(await ask('claim_acquire', { names: ['x'] })).toMatchObject({ content: { ok: true, claims: [{ holder: { session: ONE } }] } })
    expect((await client.listTools()).tools).toHaveLength(7)
  })
})
