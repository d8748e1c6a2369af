import { describe, expect, it } from 'vitest'
import { mirrorFindings } from './mirror.ts'
import { parseSource } from './source-file.ts'

describe('the mirror bites on', () => {
  const code = parseSource('src/core/a.ts', 'export const f = () => 1')
  const shape = parseSource('src/core/b.ts', 'export interface B { readonly f: () => void }\nexport const MAX = 3')
  const mirrored = (present: readonly string[], exemptions: Parameters<typeof mirrorFindings>[2] = {}): string[] => mirrorFindings([code, shape], new Set(present), exemptions).map(({ what }) => what)
  it('code without a test', () => {
    expect(mirrored([])).toEqual(['has no test/core/a.test.ts and no exemption'])
    expect(mirrored(['test/core/a.test.ts'])).toEqual([])
  })
  it('an exemption whose test is not there, or that is no longer needed', () => {
    const exemption = { 'src/core/a.ts': { by: 'test/core/c.test.ts', because: 'only through c' } }
    expect(mirrored([], exemption)).toEqual(['is exempted because of test/core/c.test.ts, which does not exist'])
    expect(mirrored(['test/core/c.test.ts'], exemption)).toEqual([])
    expect(mirrored(['test/core/c.test.ts', 'test/core/a.test.ts'], exemption)).toEqual(['is exempted and has test/core/a.test.ts: delete the exemption'])
    expect(mirrored(['test/core/a.test.ts'], { 'src/core/gone.ts': { by: 'test/core/a.test.ts', because: '' } })).toEqual(['is exempted and does not exist'])
  })
})
