import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { bootId } from '../../../src/os/processes/boot-id.ts'

describe('the id of this boot', () => {
  it('stays the same, and is never empty', () => {
    expect(bootId()).toBe(bootId())
    expect(bootId()).toMatch(/^\S{8,}$/)
  })
  it.runIf(process.platform === 'linux')('is what every other process of this boot reads too', () => {
    expect(bootId()).toBe(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())
    expect(execFileSync('cat', ['/proc/sys/kernel/random/boot_id'], { encoding: 'utf8' }).trim()).toBe(bootId())
  })
})
