import { describe, expect, it } from 'vitest'
import { CLAUDE_CODE_STOPS } from '../../../src/agents/claude-code/stops.ts'
import { classifyStop } from '../../../src/core/accounts/stop.ts'

const kind = (text: string): string => { const { kind: found, window } = classifyStop(text, CLAUDE_CODE_STOPS); return window === '' ? found : `${found} ${window}` }

describe('a spent quota of Claude Code', () => {
  it.each([
    ['Claude AI usage limit reached|1768900000', 'quota'],
    ['5-hour limit reached ∙ resets 3am', 'quota five_hour'],
    ["You've hit your 5-hour limit · resets 3:39am (UTC)", 'quota five_hour'],
    ['You’ve hit your session limit · resets 8pm (Europe/Paris)', 'quota five_hour'],
    ['Weekly limit reached ∙ resets 10am (Europe/Paris)', 'quota seven_day'],
    ["You've hit your weekly limit · resets Jul 4 at 12:30am (America/New_York)", 'quota seven_day'],
    ["You've hit your limit · resets 2am (UTC)", 'quota'],
    ["You're out of extra usage · resets 2am (UTC)", 'quota'],
    ['Usage limit reached · continuing automatically at 3:53 · esc to cancel', 'quota'],
    ['What do you want to do? 1. Upgrade 2. Stop and wait for limit to reset', 'quota'],
    ["You've reached your Opus 5.5 limit · /model to switch, /usage-credits for more", 'model_quota'],
    ["You've hit your Opus limit · resets 3am (UTC)", 'model_quota seven_day_opus'],
    ["You've hit your Sonnet limit · resets 3am (UTC)", 'model_quota seven_day_sonnet'],
  ])('%s', (text, expected) => { expect(kind(text)).toBe(expected) })
})

describe('what is no spent quota', () => {
  it.each([
    ['Server is temporarily limiting requests (not your usage limit)', 'throttle'],
    ['Request rejected: this is not your usage limit', 'throttle'],
    ['API Error: 529 overloaded_error', 'overload'],
    ['API Error: 500 Internal server error', 'overload'],
    ['API Error: Overloaded', 'overload'],
    ['Concurrent subagent limit reached', 'terminal'],
    ['Prompt is too long', 'terminal'],
    ['API Error: the response exceeded the output token limit', 'terminal'],
    ['Context limit reached · /compact or /clear to continue', 'terminal'],
    ['File size exceeds the limit', 'terminal'],
    ['API Error: extra usage is required for 1M context', 'terminal'],
    ['There is an issue with the selected model (claude-x). It may not exist', 'terminal'],
    ['Credit balance is too low', 'billing'],
    ['OAuth token has expired · Please run /login', 'auth'],
    ['Invalid API key · Please run /login', 'auth'],
    ['Approaching your 5-hour usage limit · resets 3am', 'none'],
    ['Approaching weekly limit', 'none'],
    ['github: API rate limit exceeded for 127.0.0.1', 'none'],
    ['MCP server "docs" needs you to sign in', 'none'],
    ['the plan has a limit, and once it is used up the service answers 429', 'none'],
    ['', 'none'],
  ])('%s', (text, expected) => { expect(kind(text)).toBe(expected) })
})
