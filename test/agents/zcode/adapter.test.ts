import { describe, expect, it } from 'vitest'
import { KNOWN_AGENTS } from '../../../src/agents/known-agents.ts'
import { zcode } from '../../../src/agents/zcode/adapter.ts'
import { aProcess } from '../../support/a-process.ts'

describe('the ZCode adapter', () => {
  it('is known by its name, and has no process that could be stopped', () => {
    expect(KNOWN_AGENTS.get('zcode')).toBe(zcode)
    expect(zcode.process.role(aProcess('/opt/ZCode/zcode', ['zcode']))).toBe('ide')
    expect(zcode.process.role(aProcess('/bin/bash', ['zcode']))).toBeNull()
  })
})
