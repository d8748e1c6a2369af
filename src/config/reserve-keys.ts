// Keys of what is reserved: the default of an allocation, and who judges the risk of a request.
import { parseRule } from '../core/risk/rules.ts'
import { MINUTE_MS } from '../core/time.ts'
import type { Key } from './keys.ts'
import { duration, flag, list, money, text, whole, type Reader } from './readers.ts'

const key = <T>(one: Key<T>): Key<T> => one

const riskRule: Reader<string> = input => {
  const read = text('a rule in quotes')(input)
  if (!('value' in read)) return read
  const parsed = parseRule(read.value)
  return parsed.ok ? read : { wrong: `holds "${read.value.slice(0, 80)}", which ${parsed.why}` }
}

export const DEFAULTS_KEYS = {
  allocation: key({ read: money, fallback: '', example: '"10.00"', says: 'What `purser budget allocate` gives when no amount is said. Without it an amount has to be said.' }),
}

export const HTTP_KEYS = {
  port: key({ read: whole(0, 65_535), fallback: '0', example: '7377', says: 'A port of 127.0.0.1 where the daemon answers programs that cannot open its socket, by a token; 0 is none.' }),
}

export const MCP_KEYS = {
  write: key({ read: flag, fallback: 'false', example: 'true', says: 'Whether agents that speak to `purser mcp` may reserve and settle money and take claims. Reading is always there.' }),
}

export const RISK_KEYS = {
  rules: key({
    read: list(riskRule, 100), fallback: '[]', example: '["model=*opus* and hours=22:00-06:00 -> ask tenth"]',
    says: 'Judge a request before it is granted: `CONDITION [and CONDITION] -> allow|ask|deny [full|half|tenth|zero]`. Conditions: `model=`, `project=`, `branch=`, `agent=`, `account=`, `session=` with a pattern; `hours=22:00-06:00`; `burn>3` (the last hour against the project\'s usual one); `amount>5`. The ceiling says how much of each limit a request may fill. The strictest rule that holds decides.',
  }),
  command: key({
    read: list(text(), 64), fallback: '[]', example: '["/usr/local/bin/judge", "--strict"]', also: ['cmd', 'program'],
    says: 'A program that judges too, run without a shell: the request comes as JSON on its standard input, `{"verdict": "allow", "ceiling": "half"}` is expected back. Whatever goes wrong denies.',
  }),
  timeout: key({ read: duration(100, MINUTE_MS), fallback: '"2s"', example: '"500ms"', also: ['deadline'], says: 'How long the program is waited for; then the request is denied.' }),
}
