import { describe, expect, it } from 'vitest'
import { cursor } from '../../../src/agents/cursor/adapter.ts'
import { KNOWN_AGENTS } from '../../../src/agents/known-agents.ts'
import { aProcess } from '../../support/a-process.ts'

describe('the Cursor adapter', () => {
  it('is known by its name, and as a guess', () => {
    expect(KNOWN_AGENTS.get('cursor')).toBe(cursor)
    expect(cursor.estimated).toContain('guessed')
  })
  it('never has a process that could be stopped', () => {
    for (const exe of ['/opt/Cursor/cursor', '/Applications/Cursor.app/Contents/MacOS/Cursor', 'C:\\Users\\dev\\AppData\\Local\\Programs\\cursor\\Cursor.exe']) expect(cursor.process.role(aProcess(exe, ['cursor'])), exe).toBe('ide')
    expect(cursor.process.role(aProcess('/bin/bash', ['cursor']))).toBeNull()
    expect(cursor.resume).toBeUndefined()
  })
})
