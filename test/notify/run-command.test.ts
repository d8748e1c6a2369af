import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commandRunner } from '../../src/notify/run-command.ts'
import { still } from '../support/a-notice.ts'

let folder = ''
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'purser-run-command-')) })
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A real program of this test, in JavaScript, run by the Node of this test. */
function program(text: string): readonly string[] {
  const path = join(folder, 'program.cjs')
  writeFileSync(path, text)
  return [process.execPath, path]
}
const runner = commandRunner({ PATH: '/usr/bin:/bin', MARK: 'given' })
const run = (argv: readonly string[], over: { stdin?: string; deadlineMs?: number; signal?: AbortSignal } = {}) =>
  runner.run({ argv, stdin: over.stdin ?? '', deadlineMs: over.deadlineMs ?? 15_000 }, over.signal ?? still())

describe('commandRunner', () => {
  it('gives a real program its arguments as they are, its input, and only the given environment', async () => {
    const hostile = ['$(id)', '; echo x', '"quoted"', '*', '-e', 'two words', 'ü\n2']
    const argv = [...program('let input = ""; process.stdin.on("data", part => input += part).on("end", () => console.log(JSON.stringify({ input, argv: process.argv.slice(2), env: process.env })))'), ...hostile]
    const result = await run(argv, { stdin: '{"a":"ü"}\n' })
    expect(result).toMatchObject({ ended: 'exit', code: 0 })
    const seen = JSON.parse(result.output) as { input: string; argv: string[]; env: Record<string, string> }
    expect(seen).toMatchObject({ input: '{"a":"ü"}\n', argv: hostile, env: { MARK: 'given' } })
    expect(seen.env).not.toHaveProperty('HOME')
  })

  it('says with which code a program ended, and the end of what it wrote to either stream', async () => {
    expect(await run(program('console.log("out"); console.error("err"); process.exitCode = 3'))).toEqual({ ended: 'exit', code: 3, output: expect.stringMatching(/^(out\nerr|err\nout)\n$/) })
  })

  it('keeps only the end of a long output', async () => {
    const { output } = await run(program('process.stdout.write("x".repeat(1_000_000) + "the end")'))
    expect(output.length).toBe(4_096)
    expect(output.endsWith('the end')).toBe(true)
  })

  it('kills a program that does not end in time, even one that ignores SIGTERM', async () => {
    // A shell starts within milliseconds; what it ignores stays ignored by what it becomes.
    const result = await run(['/bin/sh', '-c', 'trap "" TERM; echo $$; exec sleep 60'], { deadlineMs: 400 })
    expect(result).toMatchObject({ ended: 'deadline', output: expect.stringMatching(/^\d+\n$/) })
    await expect.poll(() => isRunning(Number(result.output)), { timeout: 5_000 }).toBe(false)
  })

  it('kills the program when it is aborted', async () => {
    const stop = new AbortController()
    const started = join(folder, 'started')
    const running = run(program(`require("node:fs").writeFileSync(${JSON.stringify(started)}, ""); setInterval(() => {}, 1000)`), { signal: stop.signal })
    await expect.poll(() => existsSync(started), { timeout: 10_000 }).toBe(true)
    stop.abort()
    expect(await running).toMatchObject({ ended: 'aborted' })
  })

  it('starts nothing when it is aborted before', async () => {
    const mark = join(folder, 'mark')
    expect(await run(program(`require("node:fs").writeFileSync(${JSON.stringify(mark)}, "")`), { signal: AbortSignal.abort() })).toEqual({ ended: 'aborted', output: '' })
    expect(existsSync(mark)).toBe(false)
  })

  it('does not wait for a helper that keeps the pipes open', async () => {
    const argv = program('const { spawn } = require("node:child_process"); const helper = spawn(process.execPath, ["-e", "setTimeout(() => {}, 3000)"], { stdio: "inherit", detached: true }); helper.unref(); helper.on("spawn", () => process.exit(0))')
    expect(await run(argv)).toMatchObject({ ended: 'exit', code: 0 })
  })

  it('takes no harm from a program that never reads its input', async () => {
    expect(await run(program('process.exit(0)'), { stdin: 'x'.repeat(5_000_000) })).toMatchObject({ ended: 'exit', code: 0 })
  })

  it('says that a program is missing, that it may not run, that none is named, that an argument is impossible', async () => {
    const text = join(folder, 'text')
    writeFileSync(text, 'x')
    chmodSync(text, 0o644)
    expect(await run(['/nowhere/at-all'])).toEqual({ ended: 'not_started', why: 'not_found', output: '' })
    expect(await run([text])).toEqual({ ended: 'not_started', why: 'not_permitted', output: '' })
    expect(await run([])).toEqual({ ended: 'not_started', why: 'not_found', output: '' })
    expect(await run(['/bin/true', 'a\0b'])).toEqual({ ended: 'not_started', why: 'other', output: '' })
    expect(await run(['/bin/true', 'x'.repeat(3_000_000)])).toEqual({ ended: 'not_started', why: 'other', output: '' })
  })
})

/** Looks, never signals. */
const isRunning = (pid: number): boolean => {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
