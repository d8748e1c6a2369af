import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import { parseUsd } from '../../src/core/money.ts'

const read = (text: string) => loadConfig(text, 'config.toml', { systemZone: 'UTC', home: '/home/dev' })

describe('keys of what is reserved', () => {
  it('are read as written', () => {
    const { defaults, risk } = read('[defaults]\nallocation = "7.50"\n[risk]\nrules = ["model=*opus* -> ask half"]\ncommand = ["judge", "-s"]\ntimeout = "500ms"\n').settings
    expect({ defaults, risk }).toEqual({ defaults: { allocation: parseUsd('7.50') }, risk: { rules: ['model=*opus* -> ask half'], command: ['judge', '-s'], timeoutMs: 500 } })
  })

  it('refuse a rule that says nothing, with its line and what to write', () => {
    expect(() => read('\n[risk]\nrules = ["model=*opus*"]\n')).toThrow(/line 3[\s\S]*has no single "->"; write CONDITION/)
    expect(() => read('[risk]\nrules = ["moon=full -> ask"]\n')).toThrow('has the condition "moon=full"')
  })
})
