import { describe, expect, it } from 'vitest'
import { FakeWorld } from '../../support/fake-world.ts'
import { statuslineAnswer } from '../../support/sample-answers.ts'

describe('purser statusline', () => {
  it('prints the line for what the client says, asks no control plane and opens no database', async () => {
    const world = new FakeWorld({ stdin: '{"session_id":"s"}' })
    expect(await world.run('statusline')).toBe(0)
    expect([world.out, world.err, world.opened]).toEqual(['line for {"session_id":"s"}\n', '', ['statusline']])
  })
  it('tells a person who typed it where it belongs', async () => {
    const world = new FakeWorld({ stdin: '' })
    expect(await world.run('statusline')).toBe(2)
    expect(world.err).toContain('put it in place with: purser statusline install')
  })
  it.each(['install', 'uninstall', 'status'])('%s says what it did, for people and programs', async verb => {
    const world = new FakeWorld()
    expect(await world.run(`statusline ${verb} --project --json`)).toBe(0)
    expect([JSON.parse(world.out), world.opened]).toEqual([statuslineAnswer, [`statusline ${verb} project`]])
    const people = new FakeWorld({ screen: { columns: 80 } })
    expect(await people.run(`statusline ${verb}`)).toBe(0)
    expect(people.out).toBe([
      'claude-code status line  user settings  installed', '',
      '  wrote        /home/ada/.claude/settings.json',
      '  before       /home/ada/.local/state/purser/statusline/receipts/1.settings.json',
      '  wrote        /home/ada/.local/state/purser/statusline/purser-statusline.sh',
      '  yours first  ~/.claude/line.sh --short', '',
      '▲ curl was not found: each line then starts Node, about 40 ms instead of 15', '',
      '  take it out again: purser statusline uninstall', '',
    ].join('\n'))
  })
  it('takes its options only with a verb, and no verb that is none', async () => {
    for (const line of ['statusline --json', 'statusline --project', 'statusline instal']) expect(await new FakeWorld({ stdin: '{}' }).run(line), line).toBe(2)
    const world = new FakeWorld()
    await world.run('statusline instal')
    expect(world.err).toContain('did you mean "install"?')
  })
})
