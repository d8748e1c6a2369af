// The architecture, held: who may import whom, what no file may hold, and a test beside every source file. The second
// half proves that each rule bites. A finding names the file, the line and the reason; mend the file, not the rule.
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { banFindings, citationFindings, nameFindings, sizeFindings, wordFindings } from './support/bans.ts'
import { EXEMPTIONS } from './support/mirror-exemptions.ts'
import { mirrorFindings } from './support/mirror.ts'
import { cycleFindings, roomFindings, ROOMS, type Finding } from './support/rooms.ts'
import { parseSource } from './support/source-file.ts'

const ROOT = path.join(import.meta.dirname, '..')
const filesIn = (folder: string, ending: RegExp): string[] => readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
  .map(name => `${folder}/${name.split(path.sep).join('/')}`).filter(name => ending.test(name) && !/(^|\/)(node_modules|fixtures|results)\//.test(name)).sort()
const textOf = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8')
const shown = (findings: readonly Finding[]): string[] => findings.map(({ file, line, rule, what }) => `${file}, line ${line} (${rule}): ${what}`)

const sources = filesIn('src', /\.ts$/).map(file => parseSource(file, textOf(file)))
const tests = filesIn('test', /\.ts$/)

describe('the tree', () => {
  it('lets a room import only what the table allows', () => {
    expect(shown(sources.flatMap(roomFindings))).toEqual([])
  })
  it('has no folders that import each other', () => {
    expect(shown(cycleFindings(sources))).toEqual([])
  })
  it('reads clocks, chance, environment and signals only at its edge, and starts no shell', () => {
    expect(shown(sources.flatMap(banFindings))).toEqual([])
  })
  it('keeps files short and named for what they hold', () => {
    expect(shown([...sources.flatMap(sizeFindings), ...[...sources.map(file => file.path), ...tests].flatMap(nameFindings)])).toEqual([])
  })
  it('tests every source file that can be wrong', () => {
    expect(shown(mirrorFindings(sources, new Set(tests), EXEMPTIONS))).toEqual([])
  })
  it('leaves nothing unfinished and silences no checker', () => {
    const rest = [...tests, ...filesIn('scripts', /\.mjs$/), ...filesIn('bench', /\.(ts|mjs)$/)]
    expect(shown([...sources.map(file => file.path), ...rest].flatMap(file => wordFindings(file, textOf(file))))).toEqual([])
  })
  it('cites symbols in its documents, never line numbers', () => {
    const documents = [...readdirSync(ROOT).filter(name => name.endsWith('.md')), ...filesIn('docs', /\.md$/), ...filesIn('src', /\.md$/)]
    expect(shown(documents.flatMap(file => citationFindings(file, textOf(file))))).toEqual([])
  })
})

describe('the import table bites on', () => {
  const rooms = (file: string, text: string): string[] => roomFindings(parseSource(file, text)).map(({ what }) => what)
  it.each([
    ['core that opens a file', 'src/core/money.ts', "import { readFileSync } from 'node:fs'"],
    ['core that knows a store', 'src/core/ledger/entry.ts', "import type { Database } from '../../store/database.ts'"],
    ['a flow that names an engine', 'src/flows/ingest.ts', "import { openSqlite } from '../store/engines/sqlite.ts'"],
    ['a flow that opens a file', 'src/flows/ingest.ts', "import 'node:fs'"],
    ['an adapter that starts processes', 'src/agents/claude-code/process.ts', "import { spawn } from 'node:child_process'"],
    ['a command that reaches into the store', 'src/cli/commands/status.ts', "import { ledger } from '../../store/ledger.ts'"],
    ['a command that imports the daemon at start', 'src/cli/main.ts', "import { wire } from '../daemon/wire.ts'"],
    ['a type that crosses a wall', 'src/cli/main.ts', "let x: import('../store/database.ts').Database"],
    ['a re-export that crosses a wall', 'src/core/money.ts', "export { wire } from '../daemon/wire.ts'"],
    ['a hook with a library', 'src/hook/main.ts', "import * as z from 'zod/mini'"],
    ['the whole of zod', 'src/config/read.ts', "import { z } from 'zod'"],
    ['pg in the command line', 'src/cli/main.ts', "import pg from 'pg'"],
    ['a source that imports its tests', 'src/core/money.ts', "import '../../test/support/home.ts'"],
    ['a room nobody declared', 'src/services/manager.ts', 'export const a = 1'],
  ])('%s', (_, file, text) => {
    expect(rooms(file, text)).toHaveLength(1)
  })
  it('nothing that the table allows', () => {
    expect(rooms('src/cli/connect.ts', "import type { ControlPlane } from '../api/control-plane.ts'\nawait import('../daemon/wire.ts')\nimport { defineCommand } from 'citty'")).toEqual([])
    expect(rooms('src/daemon/wire.ts', "import '../store/ledger.ts'\nimport '../os/clock.ts'\nimport pino from 'pino'")).toEqual([])
    expect(Object.keys(ROOMS)).toContain('core')
  })
  it('folders that import each other, through a third, but not through a type', () => {
    const cycle = [
      parseSource('src/core/a/one.ts', "import { two } from '../b/two.ts'"),
      parseSource('src/core/b/two.ts', "export { three } from '../c/three.ts'"),
      parseSource('src/core/c/three.ts', "import { one } from '../a/one.ts'"),
    ]
    expect(cycleFindings(cycle).map(({ what }) => what)).toEqual(['folders import each other: src/core/a -> src/core/b -> src/core/c -> src/core/a'])
    expect(cycleFindings(cycle.slice(0, 2))).toEqual([])
    expect(cycleFindings([...cycle.slice(0, 2), parseSource('src/core/c/three.ts', "import type { One } from '../a/one.ts'")])).toEqual([])
  })
})

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
    expect(banned('process.kill(1, 0)', 'src/os/signals.ts')).toEqual([])
    expect(banned('process.kill(1, 0)', 'src/os/processes-linux.ts')).toEqual(['signals'])
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

describe('the mirror bites on', () => {
  const code = parseSource('src/core/a.ts', 'export const f = () => 1')
  const shape = parseSource('src/core/b.ts', 'export interface B { readonly f: () => void }\nexport const MAX = 3')
  const mirrored = (present: readonly string[], exemptions: Parameters<typeof mirrorFindings>[2] = {}): string[] => mirrorFindings([code, shape], new Set(present), exemptions).map(({ what }) => what)
  it('code without a test', () => {
    expect(mirrored([])).toEqual(['has no test/core/a.test.ts and no exemption'])
    expect(mirrored(['test/core/a.test.ts'])).toEqual([])
  })
  it('an exemption whose test is not there, or that is no longer needed', () => {
    const exemption = { 'src/core/a.ts': { by: 'test/core/c.test.ts', because: 'only through c' } }
    expect(mirrored([], exemption)).toEqual(['is exempted because of test/core/c.test.ts, which does not exist'])
    expect(mirrored(['test/core/c.test.ts'], exemption)).toEqual([])
    expect(mirrored(['test/core/c.test.ts', 'test/core/a.test.ts'], exemption)).toEqual(['is exempted and has test/core/a.test.ts: delete the exemption'])
    expect(mirrored(['test/core/a.test.ts'], { 'src/core/gone.ts': { by: 'test/core/a.test.ts', because: '' } })).toEqual(['is exempted and does not exist'])
  })
})
