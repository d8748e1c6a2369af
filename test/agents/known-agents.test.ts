import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { KNOWN_AGENTS } from '../../src/agents/known-agents.ts'

describe('the known agents', () => {
  it.each([...KNOWN_AGENTS])('%s keeps its own name and knowledge', (name, adapter) => {
    expect(adapter.name).toBe(name)
    expect(name).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
    expect(existsSync(new URL(`../../src/agents/${name}/README.md`, import.meta.url))).toBe(true)
    const sources = adapter.sources.map(source => source.name)
    expect(sources.length).toBeGreaterThan(0)
    expect(new Set(sources).size, 'cursors are stored by the source\'s name').toBe(sources.length)
  })
})
