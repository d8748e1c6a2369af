// A line of a script that called ccusage: each of its options is imitated, changes nothing, or is refused with the cure.
import { describe, expect, it } from 'vitest'
import { compatOptions } from '../../../src/cli/compat/options.ts'
import { listedOptions } from '../../../src/cli/command.ts'
import type { ControlPlane, OperationName, Operations } from '../../../src/api/control-plane.ts'
import { FakeControlPlane } from '../../support/fake-control-plane.ts'
import { FakeWorld } from '../../support/fake-world.ts'

/** What was asked of the control plane, and what was said. */
async function typed(line: string): Promise<{ code: number; err: string; asked: unknown[] }> {
  const fake = new FakeControlPlane(), asked: unknown[] = []
  const daemon: ControlPlane = { call: async <N extends OperationName>(name: N, input: Operations[N]['in']) => { asked.push([name, input]); return fake.call(name, input) }, close: async () => undefined }
  const world = new FakeWorld({ daemon })
  return { code: await world.run(`report ${line} --zone UTC`), err: world.err, asked }
}

describe('options of ccusage', () => {
  it.each([
    ['daily --compat ccusage --all --compact --no-offline -O -j', 'daily --compat ccusage'],
    ['daily --compat ccusage --by-agent', 'daily --compat ccusage --by agent'],
    ['daily --compat ccusage-claude --mode calculate --single-thread', 'daily --compat ccusage-claude'],
    ['blocks --compat ccusage@18 -m auto', 'blocks --compat ccusage@18'],
  ])('%s asks what %s asks', async (line, plain) => {
    const found = await typed(line)
    expect([found.code, found.err, found.asked]).toEqual([0, '', (await typed(plain)).asked])
  })

  it.each([
    ['session --compat ccusage --id abc', 'purser report session --session ID'],
    ['daily --compat ccusage@18 --jq .daily', '| jq FILTER'],
    ['blocks --compat ccusage -n 3', 'has no option -n'],
    ['blocks --compat ccusage --session-length 3', 'blocks have five hours'],
    ['daily --compat ccusage-claude --project-aliases a=b', 'leave it out'],
    ['daily --compat ccusage-claude --debug', 'purser pricing diagnose'],
    ['daily --compat ccusage-codex --speed fast', 'report model --by speed'],
    ['daily --compat ccusage --config c.json', 'write its options into the line'],
    ['daily --compat ccusage-claude --mode display', 'prices every response by the rates of its day'],
    ['daily --compat ccusage --sections hourly', '--sections cannot be "hourly"'],
    ['daily --compat ccusage-claude --sections weekly', '--sections goes with --compat ccusage'],
    ['weekly --compat ccusage --start-of-week monday', 'weeks of all agents begin on Monday'],
    ['weekly --compat ccusage-gemini', 'purser report weekly --agent gemini'],
    ['blocks --compat ccusage-codex', 'purser report blocks --agent codex'],
    ['daily --compat ccusage-codex --instances', '--agent codex --by project'],
    ['daily --by-agent', '--by-agent is an option of ccusage and goes with --compat'],
    ['daily --sections weekly', '--sections is an option of ccusage and goes with --compat'],
  ])('%s is refused with what to type', async (line, cure) => {
    const { code, err, asked } = await typed(line)
    expect([code, asked]).toEqual([2, []])
    expect(err).toContain(cure)
  })

  it('asks for every section once, and for its own report first', async () => {
    const { asked } = await typed('weekly --compat ccusage --sections session,weekly,daily,daily')
    expect(asked.map(each => each as [string, { kind: string }]).filter(([name]) => name === 'report').map(([, { kind }]) => kind)).toEqual(['weekly', 'daily', 'session'])
  })

  it('fill no help with what nobody should look for', () => {
    expect(listedOptions(compatOptions('daily')).map(([name]) => name)).toEqual(['compat', 'order', 'no-cost', 'offline', 'sections', 'instances'])
  })
})
