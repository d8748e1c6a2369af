// A notice with everything a channel could get wrong in it, and settings that reach a loopback server.
import type { Notice } from '../../src/core/machine/notifier.ts'
import { instant } from '../../src/core/time.ts'

export const aNotice = (over: Partial<Notice> = {}): Notice => ({
  key: '["breach","L123"]', code: 'budget.breach', level: 'error', title: 'Budget web-daily is spent', body: 'Locked until tomorrow.\nSee it: purser lock show L123',
  at: instant(Date.UTC(2026, 10, 21, 12)), facts: { rule: 'web-daily', spent: '20.41', limit: '20.00' }, ...over,
})

/** Never aborts. */
export const still = (): AbortSignal => new AbortController().signal
