import { describe, expect, it } from 'vitest'
import type { CommandCall, CommandResult } from '../../src/core/machine/notifier.ts'
import { commandNotifier, whyText } from '../../src/notify/command.ts'
import { aNotice, still } from '../support/a-notice.ts'

const settings = { channel: 'command', minLevel: 'info', command: ['/opt/tell-me', '--token', 'an-argument-of-24-letters'] } as const

async function sendThrough(result: CommandResult) {
  const calls: CommandCall[] = []
  const sent = await commandNotifier(settings, { runner: { run: async call => { calls.push(call); return result } } }).send(aNotice(), still())
  return { sent, calls }
}

describe('commandNotifier', () => {
  it('runs the argument vector of the config with the notice as JSON on its input', async () => {
    const { sent, calls } = await sendThrough({ ended: 'exit', code: 0, output: '' })
    expect(sent).toEqual({ result: 'sent' })
    expect(calls).toMatchObject([{ argv: settings.command, deadlineMs: 15_000 }])
    expect(JSON.parse(calls[0]?.stdin ?? '')).toMatchObject({ type: 'budget.breach', title: 'Budget web-daily is spent', data: { spent: '20.41' } })
  })

  it.each([
    [{ ended: 'exit', code: 1, output: 'no network\n' }, { result: 'retry', afterMs: null, why: 'tell-me ended with exit code 1: no network' }],
    [{ ended: 'exit', code: 75, output: '' }, { result: 'retry', afterMs: null, why: 'tell-me ended with exit code 75' }],
    [{ ended: 'exit', code: null, output: '' }, { result: 'retry', afterMs: null, why: 'tell-me ended with a signal' }],
    [{ ended: 'deadline', output: '' }, { result: 'retry', afterMs: null, why: 'tell-me did not end in time and was killed' }],
    [{ ended: 'aborted', output: '' }, { result: 'retry', afterMs: null, why: 'tell-me was stopped before it ended' }],
    [{ ended: 'exit', code: 64, output: '' }, { result: 'failed', permanent: true, why: 'tell-me ended with exit code 64' }],
    [{ ended: 'exit', code: 78, output: '' }, { result: 'failed', permanent: true, why: 'tell-me ended with exit code 78' }],
    [{ ended: 'not_started', why: 'not_found', output: '' }, { result: 'failed', permanent: true, why: expect.stringContaining('there is no such program') }],
    [{ ended: 'not_started', why: 'not_permitted', output: '' }, { result: 'failed', permanent: true, why: expect.stringContaining('chmod +x') }],
  ] as const)('takes %j for what it means', async (result, expected) => {
    expect((await sendThrough(result)).sent).toEqual(expected)
  })

  it('repeats neither a long argument nor a key nor an escape that the program prints', async () => {
    const { sent } = await sendThrough({ ended: 'exit', code: 1, output: 'bad an-argument-of-24-letters, Bearer abcdefgh12345678 \u001b[2Jend' })
    expect(sent).toMatchObject({ why: 'tell-me ended with exit code 1: bad [redacted], Bearer [redacted] end' })
  })

  it('is named after the program, not its arguments', () => {
    const { label, channel } = commandNotifier(settings, { runner: { run: async () => ({ ended: 'exit', code: 0, output: '' }) } })
    expect(label).toBe('command (tell-me)')
    expect(channel).toMatch(/^command:[0-9a-f]{8}$/)
  })
})

describe('whyText', () => {
  it('says that a system refused', () => {
    expect(whyText('x', { ended: 'not_started', why: 'other', output: '' })).toBe('x could not be started: the system refused')
  })
})
