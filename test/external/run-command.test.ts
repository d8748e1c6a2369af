import { describe, expect, it } from 'vitest'
import { DOCUMENT_BYTES_MAX, runCommand } from '../../src/external/run-command.ts'

const never = new AbortController().signal
const node = (script: string, timeoutMs = 20_000, signal: AbortSignal = never): Promise<string> =>
  runCommand({ id: 'bill', argv: [process.execPath, '-e', script], timeoutMs, variables: { WHO: 'purser' } }, signal)
const why = (work: Promise<unknown>): Promise<string> => work.then(text => `resolved: ${String(text).slice(0, 40)}`, (error: Error & { code?: string }) => `${error.code ?? ''}: ${error.message}`)

describe('a program that gives a bill', () => {
  it('is run without a shell, in the environment it was given, and nothing is fed to it', async () => {
    expect(await node('process.stdin.resume().on("end", () => process.stdout.write(process.env.WHO + process.argv.length + "$(id)"))')).toBe('purser1$(id)')
  })

  it('is whole only when it ended well: half a bill is none', async () => {
    expect(await why(node('process.stdout.write("[1]"); process.stderr.write("\\n\\u001b[31mno token for\\u001b[0m sk-ant-abcdefghijklmnop\\nmore"); process.exitCode = 3')))
      .toMatch(/^unavailable: external source "bill": .*node ended with 3: .*no token for.*\[redacted\]$/)
    expect(await why(node('process.kill(process.pid, "SIGKILL")'))).toMatch(/ended with a signal$/)
  })

  it('that does not end, or writes without end, is ended', async () => {
    expect(await why(node('setInterval(() => undefined, 1000)', 300))).toMatch(/did not end within 0.3 s; raise timeout$/)
    expect(await why(node(`const line = 'x'.repeat(65536); const write = () => { while (process.stdout.write(line)); process.stdout.once('drain', write) }; write()`))).toMatch(new RegExp(`wrote more than ${DOCUMENT_BYTES_MAX / 2 ** 20} MiB`))
  })

  it('is cut off when purser stops, and not begun after', async () => {
    const stop = new AbortController()
    const running = why(node('setInterval(() => undefined, 1000)', 20_000, stop.signal))
    stop.abort()
    expect(await running).toMatch(/was cut off: purser is stopping$/)
    expect(await why(node('', 20_000, stop.signal))).toMatch(/was not run: purser is stopping$/)
  })

  it('that is not there, or is no program, is named', async () => {
    expect(await why(runCommand({ id: 'bill', argv: ['/nowhere/bill'], timeoutMs: 1_000, variables: {} }, never))).toBe('unavailable: external source "bill": /nowhere/bill is not there; write its whole path')
    expect(await why(runCommand({ id: 'bill', argv: [import.meta.dirname], timeoutMs: 1_000, variables: {} }, never))).toMatch(/may not be run$/)
    expect(await why(runCommand({ id: 'bill', argv: ['a\u0000b'], timeoutMs: 1_000, variables: {} }, never))).toMatch(/could not be started/)
  })
})
