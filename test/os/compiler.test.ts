import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { compileForOnePass, onePassFlags, SMALL_HEAP_FLAGS, SMALLEST_HEAP_FLAGS } from '../../src/os/compiler.ts'

describe('compileForOnePass', () => {
  it('sets only flags that the V8 of this Node knows: another is printed where a user reads', () => {
    const flags = [...onePassFlags(process.versions.v8), ...SMALL_HEAP_FLAGS, ...SMALLEST_HEAP_FLAGS]
    const script = `for (const flag of ${JSON.stringify(flags)}) require('node:v8').setFlagsFromString(flag)`
    expect(spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' })).toMatchObject({ status: 0, stdout: '', stderr: '' })
    expect(flags.length).toBeGreaterThan(1)
    expect([onePassFlags('11.3.244.8').length, onePassFlags('12.4.254.21').length]).toEqual([3, 2])
  })

  it('keeps the nursery from growing, where it is asked for after a thread has started', async () => {
    const script = `const { Worker } = require('node:worker_threads'), { setFlagsFromString, getHeapSpaceStatistics } = require('node:v8')
      new Worker('setTimeout(() => undefined, 50)', { eval: true }).on('online', () => {
        if (process.argv[1] === 'small') for (const flag of ${JSON.stringify(SMALL_HEAP_FLAGS)}) setFlagsFromString(flag)
        for (let round = 0, kept = []; round < 2_000_000; round++) if (kept.push({ round }) > 100_000) kept = []
        process.stdout.write(String(getHeapSpaceStatistics().find(space => space.space_name === 'new_space').space_size))
      })`
    const nursery = (how: string): number => Number(spawnSync(process.execPath, ['-e', script, how], { encoding: 'utf8' }).stdout)
    const [small, own] = [nursery('small'), nursery('own')]
    expect(small).toBeGreaterThan(0)
    expect(own).toBeGreaterThan(2 * small)
  })

  it('may be asked for at any time', () => {
    compileForOnePass()
    compileForOnePass()
    expect([1, 2, 3].map(n => n * n)).toEqual([1, 4, 9])
  })
})
