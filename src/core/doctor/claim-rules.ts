// Is anything held by nobody? What ends by itself is the reaper's; a strict claim waits for a person.
import { durationText } from '../time.ts'
import type { DoctorFacts } from './facts.ts'
import { count, fine, judged, shellWord, some, warning, type Finding } from './finding.ts'

export const claimRules = (facts: DoctorFacts): readonly Finding[] => judged('claims', 'claims', facts.claims, ({ held, orphans }) => {
  const [oldest] = orphans
  if (oldest === undefined) return [fine('claims', held === 0 ? 'Nothing is claimed' : `${count(held, 'claim')}, each with a holder`)]
  return [warning('claims.orphaned', {
    title: `${count(orphans.length, 'strict claim')} without a holder`,
    detail: `${some(orphans.map(({ name, holder, since, proof }) => `${name}, taken ${durationText(facts.now - since)} ago by ${holder}: ${proof}`))}. Strict claims are never taken over by themselves.`,
    remedy: `See who waits for it: \`purser claim show ${shellWord(oldest.name)}\`; then take it away: \`purser claim break ${shellWord(oldest.name)} --reason WHY\``,
  })]
})
