// What `npm test` says and does about suites that could not be run here.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lastWords } from '../../scripts/test.mjs'

const TESTS = { passed: 3, failed: 0, skipped: 1, flaky: [], left: [], missing: [] }
const MISSING = { ...TESTS, missing: ['PostgreSQL suites: no server is installed'] }

describe('the last words of a run', () => {
  it('are the count where everything was run', () => {
    expect(lastWords({ tests: TESTS, failures: [], whole: true, ci: true })).toEqual({ lines: ['3 passed, 0 failed, 1 skipped'], code: 0 })
  })

  it('are what could not be run, after the count, and fail the whole run in CI for it', () => {
    const said = lastWords({ tests: MISSING, failures: [], whole: true, ci: true })
    expect([said.lines.at(-1), said.code]).toEqual(['NOT RUN PostgreSQL suites: no server is installed', 1])
  })

  it.each([['a run of some files', { whole: false, ci: true }], ['a run at a desk', { whole: true, ci: false }]])('do not fail %s, and say it all the same', (_, where) => {
    const said = lastWords({ tests: MISSING, failures: [], ...where })
    expect([said.lines.at(-1)?.slice(0, 7), said.code]).toEqual(['NOT RUN', 0])
  })

  it('name what failed, what was flaky and what was skipped, and fail', () => {
    expect(lastWords({ tests: { ...TESTS, flaky: ['a'], left: ['b'] }, failures: ['lint', 'types'], whole: false, ci: false })).toEqual({ lines: ['flaky   a', 'skipped b', 'failed: lint, types', '3 passed, 0 failed, 1 skipped'], code: 1 })
  })
})

describe('a machine without PostgreSQL', () => {
  it('leaves its suites out, runs the others, and hears of it in the last line', async () => {
    const { HOME = '', PATH = '' } = process.env
    const child = spawn(process.execPath, [join(import.meta.dirname, '..', '..', 'scripts', 'test.mjs'), 'test/conformance/notices'], { env: { HOME, PATH, CI: 'true', PURSER_TEST_POSTGRES_FROM: 'nowhere' }, stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => { said += text })
    const code = await new Promise(resolve => child.once('close', resolve))
    const lines = said.trimEnd().split('\n')
    expect(lines.at(-1)).toMatch(/^NOT RUN PostgreSQL suites: /)
    expect(lines.at(-2)).toMatch(/^[1-9]\d* passed, 0 failed, 0 skipped$/)
    expect(code).toBe(0)
  })
})
