import { describe, expect, it } from 'vitest'
import { LEDGER_PROGRESS, renderExported, renderImported, renderRebuilt } from '../../../src/cli/render/ledger.ts'
import { plainLine, type Line } from '../../../src/core/text/line.ts'
import { SAMPLE_NOW } from '../../support/fake-world.ts'
import { exportAnswer, samples } from '../../support/sample-answers.ts'

const view = { columns: 80, now: SAMPLE_NOW, rowsMax: 12 }
const text = (lines: readonly Line[]): string => lines.map(plainLine).join('\n')

describe('what was done to the ledger', () => {
  it('export says what is in the file', () => {
    expect(text(renderExported(exportAnswer))).toBe('/home/ada/ledger.jsonl.gz  70,912 responses in 71,530 entries, 4.0 MiB')
    expect(text(renderExported({ ...exportAnswer, file: null, bytes: null, since: '2026-11-01T00:00:00.000Z' }))).toBe('exported: 70,912 responses in 71,530 entries since 2026-11-01T00:00:00.000Z')
  })

  it('import says whose it was and what became of it', () => {
    expect(text(renderImported(samples['ledger.import'], view))).toBe([
      'laptop.jsonl.gz  70,912 responses of node n-1f2e3d4c, exported 2026-11-20 by purser 0.1.0',
      '',
      '  48,210  new',
      '       7  completed by a fuller copy',
      '  22,695  known already',
      '',
      'the total grew by $912.40',
    ].join('\n'))
    expect(text(renderImported({ ...samples['ledger.import'], dryRun: true }, view))).toContain('nothing was changed; the total would grow by $912.40')
    expect(text(renderImported({ ...samples['ledger.import'], entriesPosted: 0, from: { ...samples['ledger.import'].from, own: true } }, view))).toMatch(/of this machine's own[^]*nothing to add$/)
  })

  it('rebuild says how the new ledger differs, what was kept, and where the old one is', () => {
    expect(text(renderRebuilt(samples['ledger.rebuild'], view))).toBe([
      'The ledger was made anew from the logs  2,415 logs, 1.0 GiB',
      '',
      '  70,000  responses as before',
      '      12  more, or fuller, than before',
      '       3  priced otherwise today; what was posted keeps its price',
      '     900  kept although no log holds them any more: $41.20',
      '',
      '  KEPT OF  RESPONSES    COST',
      '  2026-08        900  $41.20',
      '',
      'the database as it was: /home/ada/.local/state/purser/backups/purser-2026-11-21T15-12-00-000Z.db',
    ].join('\n'))
  })

  it('rebuild of the sums alone says whether any was wrong', () => {
    const sums = { fromLogs: false, backup: null, logs: null, compared: null }
    expect(text(renderRebuilt({ ...sums, balances: { budgets: 2, corrected: 0 } }, view))).toBe('2 budgets added up anew\nevery balance was right')
    expect(text(renderRebuilt({ ...sums, balances: { budgets: 1, corrected: 3 } }, view))).toBe('1 budget added up anew\n3 balances put right')
    expect(text(renderRebuilt({ ...sums, balances: { budgets: 0, corrected: 0 } }, view))).toBe('what reports add up was made anew; there are no budgets')
  })
})

describe('progress on the ledger', () => {
  const progress = { step: 'importing', done: 12_582_912, total: 50_331_648, unit: 'bytes' } as const
  it('is one line that fits, and text elsewhere', () => {
    expect(plainLine(LEDGER_PROGRESS.line(progress, 0, 80))).toBe('Importing  ████░░░░░░░░░░░░   25%  12 MiB of 48 MiB')
    for (const width of [20, 40]) expect(plainLine(LEDGER_PROGRESS.line(progress, 0, width)).length).toBeLessThan(width)
    expect(LEDGER_PROGRESS.text({ step: 'exporting', done: 2_000, total: 8_000, unit: 'entries' })).toBe('exporting: 25%, 2,000 of 8,000 entries')
    expect(LEDGER_PROGRESS.text({ step: 'checking meters', done: 6, total: 8, unit: 'steps' })).toBe('checking meters: 75%')
  })
  it('of nothing is no share of anything', () => {
    expect(LEDGER_PROGRESS.text({ step: 'starting', done: 0, total: 0, unit: 'steps' })).toBe('starting: 0%')
  })
})
