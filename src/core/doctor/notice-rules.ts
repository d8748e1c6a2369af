// Did people hear what they were told?
import { durationText, MINUTE_MS } from '../time.ts'
import type { DoctorFacts } from './facts.ts'
import { count, fine, judged, some, warning, type Finding } from './finding.ts'

// The longest rest of a channel is an hour; a notice that waits longer than this has met trouble more than once.
const LATE_MS = 10 * MINUTE_MS

export const noticeRules = (facts: DoctorFacts): readonly Finding[] => judged('notify', 'notifications', facts.notices, ({ channels, failed, waiting, oldestWaitingAt }) => {
  const lateMs = oldestWaitingAt === null ? 0 : facts.now - oldestWaitingAt
  const wrong = [
    ...(failed.length > 0 ? [warning('notify.failed', {
      title: `${count(failed.reduce((sum, each) => sum + each.count, 0), 'notice')} could not be delivered`, detail: `${some(failed.map(({ channel, count: times, why }) => `${channel} (${times}): ${why}`))}.`,
      remedy: 'Mend the channel: `purser config edit`, then `purser notify test`',
    })] : []),
    ...(waiting > 0 && lateMs > LATE_MS ? [warning('notify.late', { title: `${count(waiting, 'notice waits', 'notices wait')} to be delivered`, detail: `The oldest for ${durationText(lateMs)}.`, remedy: 'See why: `purser events`; try the channels: `purser notify test`' })] : []),
  ]
  return wrong.length > 0 ? wrong : [fine('notify', channels === 0 ? 'No channel is configured; `purser status` and `purser events` always know' : `${count(channels, 'channel')}, nothing undelivered`)]
})
