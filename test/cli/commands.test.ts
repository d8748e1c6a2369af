import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../../src/cli/commands.ts'
import { cliReference, EXITS } from '../support/cli-reference.ts'

describe('the table of commands', () => {
  it('is what docs/cli.md says (vitest -u rewrites the page)', async () => {
    await expect(await cliReference(COMMANDS)).toMatchFileSnapshot(path.join(import.meta.dirname, '..', '..', 'docs', 'cli.md'))
  })
  it('ends with no exit code that the page does not explain', async () => {
    const explained = [...(await cliReference(COMMANDS)).matchAll(/^\| (\d+) \|/gm)].map(match => Number(match[1]))
    expect(new Set(explained)).toEqual(EXITS)
  })
  it('names each command once, in one or two words', () => {
    const names = COMMANDS.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(name).toMatch(/^[a-z-]+( [a-z-]+)?$/)
  })
})
