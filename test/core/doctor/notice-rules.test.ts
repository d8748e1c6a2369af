import { expect, it } from 'vitest'
import { noticeRules } from '../../../src/core/doctor/notice-rules.ts'
import { MINUTE_MS } from '../../../src/core/time.ts'
import { ago, machine, UNKNOWN, wrongIn } from '../../support/healthy-machine.ts'

it.each([
  ['all delivered', {}, []], ['no channel', { channels: 0 }, []], ['one on its way', { waiting: 1, oldestWaitingAt: ago(MINUTE_MS) }, []],
  ['one that waits too long', { waiting: 1, oldestWaitingAt: ago(11 * MINUTE_MS) }, ['notify.late warn']],
  ['refused ones', { failed: [{ channel: 'ntfy:1', count: 2, why: 'ntfy.example answered 403' }] }, ['notify.failed warn']], ['unknown', UNKNOWN, ['notify info']],
])('judges notices with %s', (_name, notices, wrong) => {
  expect(wrongIn(noticeRules(machine({ notices })))).toEqual(wrong)
})
