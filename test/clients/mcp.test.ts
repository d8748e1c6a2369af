// The genuine client with purser's tools: it starts the server itself, lists and calls its tools, and the session that the
// server proves is the client's own.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { BudgetAnswer, Operations } from '../../src/api/control-plane.ts'
import { CLI, evidence, purserHome } from './built-purser.ts'
import { startFakeMessagesApi, type Answer } from './fake-messages-api.ts'
import { runClient } from './genuine-client.ts'

const usage = { input: 1_000, output: 10 }
const call = (tool: string, input: Readonly<Record<string, unknown>>): Answer => ({ blocks: [{ tool, input }], usage })

it('claims, reserves and settles for the session that asks, which no tool had to name', async () => {
  const purser = purserHome(), api = await startFakeMessagesApi()
  onTestFinished(() => api.close())
  const web = purser.project('web'), seen = path.join(web, 'seen.json')
  purser.configure('zone = "UTC"\n[mcp]\nwrite = true\n[[budget]]\nid = "daily"\nlimit = "3.00"\non_breach = "deny"\n')
  await purser.up()
  const prompt = `Work ${api.play('tools', [
    call('mcp__purser__budget_status', {}),
    call('mcp__purser__claim_acquire', { names: ['path:src'], reason: 'rewrite the login' }),
    call('mcp__purser__budget_reserve', { id: 'maps', amount: '1.50' }),
    call('Bash', { command: `"${process.execPath}" "${CLI}" claim list --json > "${seen}"`, description: 'who holds what' }),
    call('mcp__purser__budget_settle', { id: 'maps', amount: '0.40', tool: 'maps' }),
    { blocks: [{ text: 'done' }], usage },
  ])}`
  const config = JSON.stringify({ mcpServers: { purser: { command: process.execPath, args: [CLI, 'mcp'] } } })
  const { code, stderr, result } = await runClient({ home: purser.home, cwd: web, apiUrl: api.url, prompt, args: ['--mcp-config', config, '--allowedTools', 'Bash,mcp__purser__budget_status,mcp__purser__claim_acquire,mcp__purser__budget_reserve,mcp__purser__budget_settle'] })
  expect(code, stderr).toBe(0)
  const session = result?.session_id ?? ''
  expect(JSON.parse(readFileSync(seen, 'utf8'))).toMatchObject({ claims: [{ name: `path:${path.join(web, 'src')}`, mine: true, reason: 'rewrite the login', holder: { agent: 'claude-code', session, proof: 'registry' } }] })
  const { budgets } = await purser.json<{ budgets: readonly BudgetAnswer[] }>('budget', 'list')
  const logged = (await purser.json<Operations['report']['out']>('report', 'total')).total.cost
  expect(budgets.find(({ id }) => id === 'daily')).toMatchObject({ spent: logged, reserved: '0.00' })
  const own = await purser.json<Operations['report']['out']>('report', 'session')
  // What was told beside the log is the session's too.
  expect((own.rows ?? []).filter(row => row.session === session)).toHaveLength(1)
  expect(api.calls('tools')).toHaveLength(6)
  evidence('purser mcp', { session: 'proven by the client\'s registry', calls: 5, settled: '0.40' }, purser.logs())
})
