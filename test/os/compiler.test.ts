import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { compileForOnePass, ONE_PASS_FLAGS } from '../../src/os/compiler.ts'

describe('compileForOnePass', () => {
  it('names flags that the V8 of this Node knows', () => {
    const known = spawnSync(process.execPath, ['--v8-options'], { encoding: 'utf8' }).stdout
    for (const flag of ONE_PASS_FLAGS) expect(known).toContain(`${flag.replace(/^--no-/, '--').replace(/=.*/, '')} (`)
  })
  it('may be asked for at any time', () => {
    compileForOnePass()
    compileForOnePass()
    expect([1, 2, 3].map(n => n * n)).toEqual([1, 4, 9])
  })
})
