import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBatch, encodeBatch } from '../../../src/core/tailing/batch-codec.ts'
import { COLUMNS, UsageColumns } from '../../../src/core/tailing/usage-columns.ts'
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

  it('puts numbers into a room where they fit, and takes its own where not', () => {
    const [response] = fc.sample(copyOf('k'), 1)
    const usage = Array.from({ length: 3 }, (_, n) => ({ file: n, fact: { ...response!, key: `k${n}` } }))
    const batch: ScanBatch = { ...empty, usage: UsageColumns.of(usage) }
    for (const [responses, own] of [[3, false], [4, false], [2, true]] as const) {
      const room = new Float64Array(responses * COLUMNS)
      const encoded = encodeBatch(batch, room)
      expect([encoded.usage.numbers !== null, [...decodeBatch(encoded, room).usage]]).toEqual([own, usage])
    }
    expect(() => decodeBatch(encodeBatch(batch, new Float64Array(3 * COLUMNS)))).toThrow(/a room that is not given/)
  })

  it('sends each origin once, however many responses share it', () => {
    const origin = { cwd: '/w', branch: 'main', session: 's', subagent: '' }
    const [response] = fc.sample(copyOf('k'), 1)
    const usage = Array.from({ length: 500 }, (_, n) => ({ file: 0, fact: { ...response!, key: `k${n}`, origin: { ...origin } } }))
    expect(encodeBatch({ ...empty, usage: UsageColumns.of(usage) }).usage.origins).toEqual([origin])
  })
})
