import { describe, expect, it } from 'vitest'
import { runOwn } from '../../src/statusline/own-command.ts'

const variables = { PATH: process.env['PATH'], COLUMNS: '90' }
const run = (command: string, change: Partial<Parameters<typeof runOwn>[0]> = {}): Promise<string> => runOwn({ command, input: '{"session_id":"s"}', variables, deadlineMs: 20_000, ...change })

describe('a status line command of the person\'s own', () => {
  it('gets the input and the environment of the client, and is printed as it is', async () => {
    expect(await run('cat; printf " %s \\033[31mred\\033[0m\\n\\n" "$COLUMNS"')).toBe('{"session_id":"s"} 90 \u001b[31mred\u001b[0m')
  })
  it('that fails, reads nothing or does not exist is no reason to show nothing else', async () => {
    expect(await run('echo one; echo two >&2; exit 3')).toBe('one')
    expect(await run('exit 0', { input: 'x'.repeat(1_000_000) })).toBe('')
    expect(await run('no-such-command-anywhere')).toBe('')
  })
  it('that hangs is cut off, and what it had said is kept', async () => {
    expect(await run('echo first; exec sleep 600', { deadlineMs: 200 })).toBe('first')
  })
  it('that floods the screen is cut', async () => {
    expect((await run('yes | head -c 3000000')).length).toBeLessThanOrEqual(64 * 1024)
  })
})
