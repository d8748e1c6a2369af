import { describe, expect, it } from 'vitest'
import { progressLine, progressText } from '../../../src/cli/render/progress.ts'
import { displayWidth } from '../../../src/core/text/display-width.ts'
import { plainLine } from '../../../src/core/text/line.ts'
import { progress } from '../../support/sample-answers.ts'

describe('progress', () => {
  it('is one line with share, rate and what is left', () => {
    expect(plainLine(progressLine(progress, 2_000, 100))).toBe('Indexing  ███████████████░░░░░░░░░   62%  640 MiB of 1.0 GiB  320 MiB/s  1s left')
  })
  it('guesses nothing in the first second', () => {
    expect(plainLine(progressLine(progress, 900, 100))).not.toContain('/s')
  })
  it.each([40, 60, 79, 80, 100])('fits %d columns', columns => {
    for (const bytes of [0, 1, progress.bytes, progress.bytesTotal, progress.bytesTotal * 2]) {
      expect(displayWidth(plainLine(progressLine({ ...progress, bytes }, 3_600_000, columns)))).toBeLessThanOrEqual(columns)
    }
  })
  it('never passes 100% although logs grow while they are read', () => {
    expect(progressText({ ...progress, bytes: progress.bytesTotal + 1 }, 2_000)).toMatch(/^indexing: 100%/)
  })
  it('spells out every figure for a log file', () => {
    expect(progressText(progress, 2_000)).toBe('indexing: 62%, 812 of 1,204 files, 640 MiB of 1.0 GiB, 20,411 responses, 320 MiB/s')
  })
})
