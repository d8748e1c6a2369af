// The architecture, held: who may import whom, what no file may hold, and a test beside every source file. That each
// rule bites is proven beside it, in test/support. A finding names the file, the line and the reason: mend the file.
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { banFindings, citationFindings, nameFindings, sizeFindings, wordFindings } from './support/bans.ts'
import { EXEMPTIONS } from './support/mirror-exemptions.ts'
import { mirrorFindings } from './support/mirror.ts'
import { cycleFindings, roomFindings, type Finding } from './support/rooms.ts'
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
