import { describe, expect, it } from 'vitest'
import { renderExternal, renderReset, renderSources, renderSynced } from '../../../src/cli/render/external.ts'
import type { Line } from '../../../src/core/text/line.ts'
import { textOf } from '../../../src/core/text/line.ts'
import { externalSamples, externalSource } from '../../support/external-samples.ts'

const NOW = Date.parse('2026-11-21T15:12:00.000Z')
const VIEW = { columns: 100, now: NOW, rowsMax: Infinity }
const text = (lines: readonly Line[]): string => lines.map(line => line.map(textOf).join('').trimEnd()).join('\n')
const [bill, chain] = [externalSource, externalSamples['external.list'].sources[1] as typeof externalSource]

describe('sources outside of the logs', () => {
  it('are a row each, with what keeps one from being read', () => {
    const shown = text(renderSources([bill, { ...chain, failure: null }], VIEW))
    expect(shown).toContain('provider-bill  json  $731.25  USD')
    expect(shown).toContain('in step')
    expect(shown).toContain('✗ provider-bill: fetch-bill ended with 3')
    expect(text(renderSources([], VIEW))).toBe('nothing is read from outside of the logs; add an [[external]] table: purser config edit')
    expect(text(renderSources([{ ...bill, configured: false, failure: null }], VIEW))).toContain('no longer configured')
  })

  it('show what they say, what is counted, and what to type where it fell', () => {
    const shown = text(renderExternal({ ...externalSamples['external.show'], source: { ...bill, failure: null } }, VIEW))
    expect(shown).toContain('$731.25 counted in 12 entries')
    expect(shown).toMatch(/everything\s+200\s+\$200\.00\s+\$231\.25\s+-\$31\.25\s+lower than before/)
    expect(shown).toContain('if it began anew: purser external reset provider-bill --reason "..."')
    expect(shown).toContain('and 2 more rows: purser external show provider-bill --json')
  })

  it('of a chain say how far it was read and what each session spent', () => {
    const shown = text(renderExternal({ ...externalSamples['external.show'], subjects: [], more: 0 }, VIEW))
    expect(shown).toContain('chain 8453, contract 0x00000000000000000000000000000000000000aa, read up to block 21000119, 1 event taken off by reorganisations')
    expect(shown).toMatch(/7f3a91c2-77b1-4f4e-9a55-02a1c1b0a001\s+spending-hook\s+12\.5 USDC\s+\$12\.50/)
  })

  it('fit a narrow terminal', () => {
    for (const columns of [40, 60, 80]) for (const line of text(renderSources([bill, chain], { ...VIEW, columns })).split('\n').slice(0, 3)) expect(line.length).toBeLessThanOrEqual(columns)
  })

  it('say in one line what a reading did', () => {
    const [one] = externalSamples['external.sync'].results
    expect(text(renderSynced([one]))).toBe('✓ provider-bill  $3.50 in 2 entries, 1 event gone from the chain, 1 amount began anew, 1 amount lower than before, the ledger holds more of 1 amount\n  1 budget locked by it: purser lock list')
    expect(text(renderSynced([{ ...one, entries: 0, withdrawn: 0, restarted: 0, lower: 0, ahead: 0, locked: [] }]))).toBe('✓ provider-bill  nothing new')
    expect(text(renderSynced([{ ...one, locked: [], failure: 'bill is not there' }]))).toBe('✗ provider-bill  bill is not there')
  })

  it('say what a reset changed, and what it did not', () => {
    expect(text(renderReset(externalSamples['external.reset']))).toBe('provider-bill counts on from 200, and was at 231.25; what is counted stays')
    expect(text(renderReset({ source: 'hook', subjects: [], fromBlock: 7 }))).toBe('hook is read again from block 7; what is counted is not counted twice')
    expect(text(renderReset({ source: 'bill', subjects: [], fromBlock: null }))).toBe('bill was never read, so there is nothing to reset')
  })
})
