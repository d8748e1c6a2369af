import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { ownVersion, packageFolder } from '../../src/daemon/version.ts'

describe('the package', () => {
  it('is where its migrations lie, and states its version once', () => {
    expect(existsSync(path.join(packageFolder(), 'migrations'))).toBe(true)
    expect(path.relative(packageFolder(), path.join(import.meta.dirname, '..', '..'))).toBe('')
    expect(ownVersion()).toMatch(/^\d+\.\d+\.\d+/)
  })
})
