import { expect, it } from 'vitest'
import { claimRules } from '../../../src/core/doctor/claim-rules.ts'
import { DAY_MS } from '../../../src/core/time.ts'
import { ago, machine, UNKNOWN, wrongIn } from '../../support/healthy-machine.ts'

const orphan = { name: "path:/home/dev/it's", holder: 'claude-code session s1 (pid 4711)', since: ago(2 * DAY_MS), proof: 'its process is gone' }

it.each([
  ['none held', { held: 0 }, []], ['holders for all', { held: 3 }, []], ['a strict one whose holder is gone', { orphans: [orphan] }, ['claims.orphaned warn']], ['unknown', UNKNOWN, ['claims info']],
])('judges claims with %s', (_name, claims, wrong) => {
  expect(wrongIn(claimRules(machine({ claims })))).toEqual(wrong)
})

it('says whose it was, how that is known, and what to type, as a shell reads it', () => {
  const [finding] = claimRules(machine({ claims: { orphans: [orphan, { ...orphan, name: 'b' }] } }))
  expect(finding).toMatchObject({ title: '2 strict claims without a holder', detail: expect.stringContaining('taken 2d 00h ago by claude-code session s1 (pid 4711): its process is gone') as string })
  expect(finding?.remedy).toContain("`purser claim break 'path:/home/dev/it'\\''s' --reason WHY`")
})
