import { describe, expect, it } from 'vitest'
import { banFindings, citationFindings, nameFindings, sizeFindings, wordFindings } from './bans.ts'
import { parseSource } from './source-file.ts'

describe('a ban bites on', () => {
  const banned = (text: string, file = 'src/core/x.ts'): string[] => banFindings(parseSource(file, text)).map(({ rule }) => rule)
  const lines = (count: number): string => '\n'.repeat(count)
  it.each([
    ['default export', 'export default 1'],
    ['default export', 'const a = 1\nexport { a as default }'],
    ['clock', 'Date.now()'],
    ['clock', 'globalThis.Date.now()'],
    ['clock', "Date['now']()"],
    ['clock', 'const now = Date.now'],
    ['clock', 'new Date()'],
    ['stopwatch', 'performance.now()'],
    ['randomness', 'Math.random()'],
    ['environment', 'const home = process.env.HOME'],
    ['environment', 'const { env } = process'],
    ['environment', "import { env } from 'node:process'"],
    ['signals', 'process.kill(1, 15)'],
    ['signals', 'const { kill: stop } = process'],
    ['signals', "import { kill as stop } from 'node:process'"],
    ['shell', "import { exec } from 'node:child_process'"],
    ['shell', "import { execSync as run } from 'child_process'"],
    ['shell', "import * as processes from 'node:child_process'"],
    ['shell', "spawn('ls', { shell: true })"],
    ['shell', "spawn('ls', { shell: '/bin/sh' })"],
    ['any', 'const x = y as any'],
    ['long function', `function long() {${lines(81)}}`],
    ['long function', `const long = () => {${lines(80)}}`],
  ])('%s: %s', (rule, text) => {
    expect(banned(text)).toEqual([rule])
  })
  it('syntax, not on text that resembles it', () => {
    expect(banned("const text = 'Date.now() process.env Math.random()' // process.kill(1)\nconst at = new Date(0)\nspawn('ls', { shell: false })")).toEqual([])
  })
  it('the same words where they are allowed: the edge of the machine', () => {
    expect(banned('Date.now(); Math.random(); process.env', 'src/os/clock.ts')).toEqual([])
    expect(banned('process.env', 'src/hook/main.ts')).toEqual([])
    expect(banned('process.kill(1, 0)', 'src/os/processes/signals.ts')).toEqual([])
    expect(banned('process.kill(1, 0)', 'src/os/processes/linux.ts')).toEqual(['signals'])
  })
  it('files that are too long or named for nothing', () => {
    expect(sizeFindings(parseSource('src/core/x.ts', lines(301)))).toHaveLength(1)
    expect(sizeFindings(parseSource('src/core/x.ts', lines(300)))).toHaveLength(0)
    for (const bad of ['src/core/index.ts', 'src/core/utils.ts', 'src/helpers/money.ts', 'test/support/types.ts', 'src/core/common.ts']) expect(nameFindings(bad), bad).toHaveLength(1)
    expect(nameFindings('src/core/indexing.ts')).toEqual([])
  })
  it('unfinished words and silenced checkers', () => {
    for (const bad of [`// TO${'DO'} later`, `// FIX${'ME'}`, `throw new Error('not ${'implemented'}')`, `// @ts-${'ignore'}`, `// oxlint-${'disable'} no-console`]) expect(wordFindings('src/a.ts', bad), bad).toHaveLength(1)
    expect(citationFindings('docs/a.md', 'see src/core/money.ts:12')).toHaveLength(1)
    expect(citationFindings('docs/a.md', 'see `parseUsd` in src/core/money.ts')).toEqual([])
  })
})
