import { expect, it } from 'vitest'
import type { Action } from '../../../src/core/enforcement/lock.ts'
import { childrenOn, sessionOn, successorOf, trail } from '../../../src/flows/enforce/trail.ts'
import { NOON } from '../../support/a-lock.ts'
import { aWitness, SESSION, someEvidence } from '../../support/enforcement-world.ts'
import { aProcess } from '../../support/fake-processes.ts'

const row = (outcome: string): Action => ({ id: '', lock: '', kind: 'terminate', target: '', attempt: 1, state: 'done', notBefore: NOON, outcome, createdAt: NOON, finishedAt: NOON })
const children = (count: number): { pid: number; startTime: string }[] => Array.from({ length: count }, (_, at) => ({ pid: 5_000 + at, startTime: String(at) }))

it('remembers a session and children in an outcome, and reads them back after a restart', () => {
  const history = [row(`SIGINT sent${trail(SESSION, children(2))}`), row(`SIGTERM sent to it and 1 of 1 below it; left alone: 9@9 (a login shell)${trail('', children(1))}`)]
  expect(sessionOn(history)).toBe(SESSION)
  expect(childrenOn(history)).toEqual(children(2))
  expect(childrenOn([row('SIGINT sent'), row(`x${trail(SESSION, [])}`)])).toEqual([])
})

it('keeps a row bounded and a strange session id out of it', () => {
  expect(trail('', children(500)).length).toBeLessThan(1_000)
  expect(trail('', children(500))).toMatch(/ and 436 more$/)
  expect(childrenOn([row(trail('', children(500)))])).toHaveLength(64)
  expect(sessionOn([row(trail('a; session b', []))])).toBe('')
})

it('knows a successor by the session it runs, and never takes the target itself or an unknown session for one', () => {
  const other = someEvidence({ process: aProcess({ pid: 4800, startTime: '7' }), heard: { heard: true, witness: aWitness({ pid: 4800, startTime: '7' }) } })
  const target = { pid: 4711, startTime: '395962' }, history = [row(trail(SESSION, []))]
  expect(successorOf([other], target, history)).toBe('4800@7')
  expect(successorOf([someEvidence()], target, history)).toBeNull()
  expect(successorOf([other], target, [row('SIGTERM sent')])).toBeNull()
})
