// Can sessions sit in terminals of our own? Asked only where the configuration wants them to.
import type { DoctorFacts } from './facts.ts'
import { fine, judged, warning, type Finding } from './finding.ts'

export const seatRules = (facts: DoctorFacts): readonly Finding[] => judged('seats', 'terminals', facts.seats, ({ wanted, shortfall }) => {
  if (!wanted) return []
  if (shortfall === '') return [fine('seats', 'tmux is there for sessions in terminals of their own')]
  return [warning('seats.tmux', { title: 'Sessions of your configuration have no terminal', detail: `${shortfall}. Tasks run without one.`, remedy: 'Install it, then: `purser pool up`' })]
})
