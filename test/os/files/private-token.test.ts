import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { privateToken } from '../../../src/os/files/private-token.ts'
import { tempHome } from '../../support/home.ts'

it('is made once, cannot be guessed, and is for its owner alone', () => {
  const home = tempHome('token')
  try {
    const file = join(home.path, 'token'), made = privateToken(file)
    expect(made).toMatch(/^[\w-]{43}$/)
    expect([privateToken(file), readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual([made, `${made}\n`, 0o600])
    chmodSync(file, 0o644)
    privateToken(file)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const other = join(home.path, 'other')
    writeFileSync(other, 'kept\n')
    expect([privateToken(other), privateToken(join(home.path, 'third')) === made]).toEqual(['kept', false])
  } finally {
    home.remove()
  }
})
