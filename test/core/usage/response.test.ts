import { expect, it } from 'vitest'
import { response } from '../../../src/core/usage/response.ts'
import { instant } from '../../../src/core/time.ts'
import { NO_TOKENS } from '../../../src/core/usage/tokens.ts'
import { STANDARD_BILLING } from '../../../src/core/usage/usage-event.ts'

const said = { key: 'gemini:1', at: instant(Date.UTC(2026, 0, 1)), model: 'm', tokens: NO_TOKENS, origin: { cwd: '', branch: '', session: 's', subagent: '' } }

it('is final, standard and undamaged unless it is said otherwise', () => {
  expect(response(said)).toEqual({ ...said, billing: STANDARD_BILLING, final: true, sidechain: false, approximateTime: false, damaged: false })
  expect(response({ ...said, final: false, damaged: true, sidechain: true })).toMatchObject({ final: false, damaged: true, sidechain: true })
})
