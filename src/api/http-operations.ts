// What is served on a loopback port: money, figures and what is known. Not there is whatever rests on which process asks
// (claims, runs, owners by pid), whatever stops or arms something, and whatever reaches files: over TCP nothing proves who speaks.
import type { OperationName } from './control-plane.ts'

const SERVED = [
  'hello', 'status', 'top', 'report', 'events', 'quota',
  'budget.list', 'budget.show', 'budget.allocate', 'budget.check', 'budget.reserve', 'budget.reserveBatch', 'budget.settle', 'budget.settleBatch', 'budget.release',
  'budget.extend', 'budget.record', 'budget.close', 'budget.reopen', 'budget.topUp', 'budget.progress', 'budget.burnRate', 'budget.forecast', 'budget.report', 'budget.approvals',
  'lock.list', 'lock.show', 'claim.list', 'session.list', 'session.show', 'external.list', 'external.show', 'agent.list', 'account.list', 'account.show', 'pricing.show', 'pricing.diagnose',
] as const satisfies readonly OperationName[]

export const HTTP_OPERATIONS: ReadonlySet<string> = new Set(SERVED)
