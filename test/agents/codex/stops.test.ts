import { expect, it } from 'vitest'
import { CODEX_STOPS } from '../../../src/agents/codex/stops.ts'
import { classifyStop } from '../../../src/core/accounts/stop.ts'

it.each([
  ["You've hit your usage limit. Try again at 3:51 PM.", 'quota'],
  ["You've hit your usage limit. Upgrade to Pro or try again in 4 days 20 hours 9 minutes.", 'quota'],
  ["You've hit your usage limit. Try again later.", 'quota'],
  ['Your workspace is out of credits. Ask your workspace owner to refill.', 'billing'],
  ["You've hit your spend cap.", 'billing'],
  ['exceeded retry limit, last status: 429 Too Many Requests', 'throttle'],
  ['stream disconnected before completion', 'overload'],
  ['Your access token could not be refreshed. Please log in again.', 'auth'],
  ['Codex ran out of room in the model\'s context window', 'terminal'],
  ['curl: (22) The requested URL returned error: 403', 'none'],
])('%s is %s', (text, expected) => { expect(classifyStop(text, CODEX_STOPS).kind).toBe(expected) })
