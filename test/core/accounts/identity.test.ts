import { expect, it } from 'vitest'
import { fingerprintOf } from '../../../src/core/accounts/identity.ts'

const salt = { salt: 'n-1', agent: 'claude-code' }

it('a fingerprint tells two logins apart, and two organisations of one person', () => {
  const [ann, bob] = [fingerprintOf({ parts: ['ann', 'org-1'] }, salt), fingerprintOf({ parts: ['bob', 'org-1'] }, salt)]
  expect(ann).toMatch(/^[0-9a-f]{16}$/)
  expect(new Set([ann, bob, fingerprintOf({ parts: ['ann', 'org-2'] }, salt)]).size).toBe(3)
  expect(fingerprintOf({ parts: ['Ann', 'ORG-1'] }, salt)).toBe(ann)
})

it('a fingerprint means nothing on another machine, nor for another agent', () => {
  expect(fingerprintOf({ parts: ['ann'] }, { ...salt, salt: 'n-2' })).not.toBe(fingerprintOf({ parts: ['ann'] }, salt))
  expect(fingerprintOf({ parts: ['ann'] }, { ...salt, agent: 'codex' })).not.toBe(fingerprintOf({ parts: ['ann'] }, salt))
})
