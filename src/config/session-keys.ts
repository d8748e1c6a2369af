// Keys of sessions that purser keeps: the pool, those with a name of their own, and what queued tasks may use.
import { isPoolPrefix } from '../core/sessions/pool.ts'
import { isTerminalName } from '../core/sessions/terminals.ts'
import { DAY_MS, MINUTE_MS } from '../core/time.ts'
import type { Key } from './keys.ts'
import { choice, duration, folder, money, text, whole, type Reader } from './readers.ts'

const key = <T>(one: Key<T>): Key<T> => one

/** Agents that purser starts by itself: those whose clients it was measured with. */
export const SEATED_AGENTS = ['claude-code', 'codex'] as const
const agent = choice<string>(SEATED_AGENTS, { claude: 'claude-code' })
const ACCOUNT_SAYS = 'Id or home of the account it works on; the one that new work starts on when left out.'

const prefix: Reader<string> = input => {
  const read = text('the beginning of a name in quotes')(input)
  if (!('value' in read)) return read
  return isPoolPrefix(read.value) ? read : { wrong: `is "${read.value.slice(0, 40)}"; terminals are named with letters, digits, "-" and "_", at most 58 before the number`, instead: '"purser-"' }
}
const terminalName: Reader<string> = input => {
  const read = text('a name in quotes')(input)
  if (!('value' in read)) return read
  return isTerminalName(read.value) ? read : { wrong: `is "${read.value.slice(0, 40)}"; terminals are named with letters, digits, "-" and "_", at most 64` }
}

// Nobody watches more; each is a client of some hundred megabytes.
const SEATS_MAX = 64

export const POOL_KEYS = {
  prefix: key({ read: prefix, fallback: '"purser-"', example: '"bot-"', says: 'How the terminals of the pool are called: this, and a number.' }),
  start_index: key({ read: whole(0, 99_999), fallback: '10', example: '0', also: ['start'], says: 'The first number. Only the `max` names from here on belong to the pool; others are never touched, whatever they begin with.' }),
  min: key({ read: whole(0, SEATS_MAX), fallback: '0', example: '2', says: 'How many sessions `purser pool up` opens for you.' }),
  max: key({ read: whole(1, SEATS_MAX), fallback: '4', example: '8', says: 'How many seats there are for sessions and running tasks together.' }),
  agent: key({ read: agent, fallback: '"claude-code"', example: '"codex"', says: 'What is started in them: by `purser pool up` and `purser pool scale`.' }),
  project: key({ read: folder, fallback: '', example: '"~/src/web"', also: ['folder', 'cwd'], says: 'The folder they are started in; your home when left out. A task brings its own.' }),
}

export const SESSION_KEYS = {
  name: key({ read: terminalName, fallback: null, example: '"main"', also: ['id'], says: 'Name of its terminal, outside the pool\'s range.' }),
  project: key({ read: folder, fallback: null, example: '"~/src/web"', also: ['folder', 'cwd'], says: 'The folder it works in.' }),
  agent: key({ read: agent, fallback: '"claude-code"', example: '"codex"', says: 'What runs there.' }),
  account: key({ read: text('an account in quotes'), fallback: '', example: '"work"', says: ACCOUNT_SAYS }),
}

export const TASKS_KEYS = {
  budget: key({ read: money, fallback: '"1.00"', example: '"5.00"', says: 'What one attempt of a task may spend unless `--budget` says otherwise: reserved before it starts, the rest given back.' }),
  per_project: key({ read: whole(1, SEATS_MAX), fallback: '1', example: '2', says: 'How many tasks may work in one project at once.' }),
  per_account: key({ read: whole(1, SEATS_MAX), fallback: '2', example: '4', says: 'How many tasks may work on one account at once.' }),
  attempts: key({ read: whole(1, 20), fallback: '3', example: '1', says: 'How often a task is tried before it is put aside. Waiting for a claim, for money or for a quota is no attempt.' }),
  timeout: key({ read: duration(MINUTE_MS, DAY_MS), fallback: '"1h"', example: '"20m"', also: ['deadline'], says: 'How long one attempt may take; then it is ended and counts as failed.' }),
}
