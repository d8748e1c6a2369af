import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBatch, encodeBatch } from '../../../src/core/tailing/batch-codec.ts'
import { UsageColumns } from '../../../src/core/tailing/usage-columns.ts'
import { merge } from '../../../src/core/usage/fuller.ts'
import type { ScanBatch } from '../../../src/core/tailing/scan.ts'
import { copyOf } from '../../support/usage-events.ts'

const empty: ScanBatch = { files: [], usage: new UsageColumns(), meters: [], quotas: [], counters: [], copies: [], lines: 0, bytes: 0 }

describe('the batch codec', () => {
  it('gives back every field of every response, merged ones included', () => {
    const key = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).map(text => `claude-code:${text.replace(/\p{Cc}/gu, '')}`)
    const event = key.chain(name => fc.tuple(copyOf(name), copyOf(name)).map(([a, b]) => merge(a, b)))
    fc.assert(fc.property(fc.array(fc.record({ fact: event, file: fc.nat(5) }), { maxLength: 20 }), usage => {
      const batch: ScanBatch = { ...empty, usage: UsageColumns.of(usage), lines: 3, bytes: 9, copies: [{ key: 'k', session: 's' }] }
      const decoded = decodeBatch(structuredClone(encodeBatch(batch)))
      expect({ ...decoded, usage: [...decoded.usage] }).toEqual({ ...batch, usage })
    }))
  })

  it('sends each origin once, however many responses share it', () => {
    const origin = { cwd: '/w', branch: 'main', session: 's', subagent: '' }
    const [response] = fc.sample(copyOf('k'), 1)
    const usage = Array.from({ length: 500 }, (_, n) => ({ file: 0, fact: { ...response!, key: `k${n}`, origin: { ...origin } } }))
    expect(encodeBatch({ ...empty, usage: UsageColumns.of(usage) }).usage.origins).toEqual([origin])
  })
})
