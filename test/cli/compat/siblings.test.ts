// `ccusage codex daily` and the like, against what the genuine tool (20.0.24) printed for the first sample of each agent:
// the same fields in the same order everywhere, and the same figures where both count alike.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ControlPlane, OperationName, Operations } from '../../../src/api/control-plane.ts'
import type { Fields, Json } from '../../../src/cli/compat/json.ts'
import { putSample, type AgentCase } from '../../support/agent-case.ts'
import { FakeWorld } from '../../support/fake-world.ts'
import { OpenWorld } from '../../support/open-world.ts'

const PRINTED = JSON.parse(readFileSync(path.join(import.meta.dirname, '..', '..', 'fixtures', 'ccusage', '20', 'siblings.json'), 'utf8')) as Readonly<Record<string, Json>>
const AGENTS = [...new Set(Object.keys(PRINTED).map(name => name.split(' ')[0] as string))]
// What the ledger does not keep, and what hangs on each tool's own rate card.
const APART = new Set(['reasoningOutputTokens', 'directory', 'sessionFile', 'missingPricing', 'unpricedModels'])
const caseOf = async (agent: string): Promise<AgentCase> => (await import(`../../agents/${agent}/conformance-case.ts`) as { conformanceCase: AgentCase }).conformanceCase

const isFields = (value: Json): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)
const without = (value: Json): Json => (Array.isArray(value) ? value.map(each => without(each as Json)) : isFields(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => !APART.has(key)).map(([key, each]) => [key, without(each as Json)])) : value)

/** The fields of an object and of what is in it, as text; of a list the one form of its rows, of a dictionary the one of its values. */
function formOf(value: Json, name = ''): string {
  if (Array.isArray(value)) return `[${[...new Set(value.map(each => formOf(each as Json)))].join(' | ')}]`
  if (!isFields(value)) return typeof value
  if (name === 'models') return `{*: ${[...new Set(Object.values(value).map(each => formOf(each as Json)))].join(' | ')}}`
  return `{${Object.entries(value).map(([key, each]) => `${key}: ${formOf(each as Json, key)}`).join(', ')}}`
}

describe('on the same logs', () => {
  let open: OpenWorld | undefined
  let plane: ControlPlane
  beforeAll(async () => {
    open = await OpenWorld.open()
    const { handlers, home } = open
    for (const agent of AGENTS) for (const sample of (await caseOf(agent)).samples.slice(0, 1)) putSample(home.path, sample)
    plane = { call: async <N extends OperationName>(name: N, input: Operations[N]['in']) => await handlers[name](input) as Operations[N]['out'], close: async () => undefined }
  })
  afterAll(() => open?.close())
  const ours = async (name: string): Promise<Json> => {
    const [agent, kind] = name.split(' ')
    const world = new FakeWorld({ daemon: plane })
    expect(await world.run(`report ${kind} --compat ccusage-${agent} --zone UTC`), world.err).toBe(0)
    return JSON.parse(world.out) as Json
  }

  it.each(Object.keys(PRINTED))('ccusage %s has the fields of the genuine tool, in its order', async name => {
    expect(formOf(without(await ours(name)))).toBe(formOf(without(PRINTED[name] ?? null)))
  })

  it.each(['codex daily', 'codex monthly', 'copilot daily'])('ccusage %s has its figures', async name => {
    const cents = (value: Json, key = ''): Json => (Array.isArray(value) ? value.map(each => cents(each as Json)) : isFields(value) ? Object.fromEntries(Object.entries(value).map(([own, each]) => [own, cents(each as Json, own)])) : /cost/i.test(key) ? typeof value : value)
    expect(cents(without(await ours(name)))).toEqual(cents(without(PRINTED[name] ?? null)))
  })

  it('leaves out what the ledger does not keep, instead of filling it in', async () => {
    expect(JSON.stringify(await ours('codex session'))).not.toMatch(/reasoningOutputTokens|sessionFile|directory/)
  })
})
