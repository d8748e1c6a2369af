// Which mode a line of the log tells, and how it is said again.
import { describe, expect, it } from 'vitest'
import { claudeCodeResume } from '../../../src/agents/claude-code/resume.ts'

const { permissions } = claudeCodeResume
const line = (fields: object): string => JSON.stringify({ type: 'permission-mode', permissionMode: 'plan', sessionId: 's', ...fields })

describe('the permission mode', () => {
  it('is told by its own records alone', () => {
    expect(permissions?.modeIn(line({}))).toBe('plan')
    for (const other of [line({ type: 'user' }), line({ permissionMode: 7 }), line({ permissionMode: '--x' }), line({ permissionMode: 'a b' }), '{"type":"permission-mode"', 'null', '"permission-mode"']) expect([other, permissions?.modeIn(other)]).toEqual([other, null])
  })
  it('is said again with the words of the command line, the old name for asking included', () => {
    expect(['default', 'manual', 'plan', 'acceptEdits', 'auto', 'dontAsk'].map(mode => permissions?.words(mode)?.[1])).toEqual(['manual', 'manual', 'plan', 'acceptEdits', 'auto', 'dontAsk'])
  })
  it('that asks for nothing is never said again', () => {
    expect(permissions?.words('bypassPermissions')).toBeNull()
    expect(permissions?.careful).toEqual(['--permission-mode', 'manual'])
  })
})
