import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { compileForOnePass, onePassFlags } from '../../src/os/compiler.ts'

describe('compileForOnePass', () => {
  it('sets only flags that the V8 of this Node knows: another is printed where a user reads', () => {
    const flags = onePassFlags(process.versions.v8)
    const script = `for (const flag of ${JSON.stringify(flags)}) require('node:v8').setFlagsFromString(flag)`
    expect(spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' })).toMatchObject({ status: 0, stdout: '', stderr: '' })
    expect(flags.length).toBeGreaterThan(1)
    expect([onePassFlags('11.3.244.8').length, onePassFlags('12.4.254.21').length]).toEqual([3, 2])
  })

  it('may be asked for at any time', () => {
    compileForOnePass()
    compileForOnePass()
    expect([1, 2, 3].map(n => n * n)).toEqual([1, 4, 9])
  })
})
