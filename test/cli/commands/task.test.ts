// `purser task`: what is asked for, and what is said.
import { describe, expect, it } from 'vitest'
import { FakeControlPlane } from '../../support/fake-control-plane.ts'
import { FakeWorld } from '../../support/fake-world.ts'
import { task, taskSamples } from '../../support/task-samples.ts'

const said = async (line: string, more: ConstructorParameters<typeof FakeWorld>[0] = {}) => {
  const daemon = new FakeControlPlane(), world = new FakeWorld({ daemon, ...more })
  const exit = await world.run(line)
  return { exit, out: world.out, err: world.err, daemon }
}

describe('purser task add', () => {
  it('sends the text, the folder it was typed in, and nothing that was not said', async () => {
    const { exit, daemon, out, err } = await said('task add fix-it')
    expect([exit, daemon.lastInput('task.add')]).toEqual([0, { text: 'fix-it', folder: '/home/ada/src/web-app', claims: [], verify: [] }])
    expect(out).toContain('flaky login test is in the queue (task-4f1c09a2b7)')
    expect(err).toContain('purser up --detach')
  })
  it('sends everything that was said, and what stands behind -- as the verification', async () => {
    const { daemon } = await said('task add fix-it --project src/web --agent claude --account work --budget 2 --mode plan --model opus --claim a --claim b --priority -3 --attempts 2 --timeout 20m --label x --keep-output -- npm test --json')
    expect(daemon.lastInput('task.add')).toEqual({
      text: 'fix-it', folder: '/home/ada/src/web-app/src/web', agent: 'claude-code', account: 'work', budget: '2', mode: 'plan', model: 'opus', claims: ['a', 'b'], priority: -3, attempts: 2, timeout: '20m', label: 'x', keepOutput: true, verify: ['npm', 'test', '--json'],
    })
  })
  it('takes whole numbers only', async () => {
    const { exit, err } = await said('task add fix-it --priority high')
    expect([exit, err]).toEqual([2, expect.stringContaining('--priority takes a whole number, not "high"')])
  })
})

it.each([['task cancel', 'task.cancel', 'is cancelled; its text is deleted'], ['task retry', 'task.retry', 'is in the queue again']] as const)('purser %s asks for one task and says what became of it', async (line, operation, says) => {
  const { exit, out, daemon } = await said(`${line} ${task.id}`)
  expect([exit, daemon.lastInput(operation)]).toEqual([0, { id: task.id, by: 'ada' }])
  expect(out).toContain(says)
})

it('purser task logs prints what was kept, made safe for a terminal', async () => {
  const daemon = new FakeControlPlane({ 'task.logs': { ...taskSamples['task.logs'], output: { ...taskSamples['task.logs'].output, text: 'a\u001b[2Jb\n' } } })
  const { exit, out } = await said(`task logs ${task.id} --attempt run-1`, { daemon })
  expect(exit).toBe(0)
  expect(out).not.toContain('\u001b')
  expect(daemon.lastInput('task.logs')).toEqual({ id: task.id, attempt: 'run-1' })
})
