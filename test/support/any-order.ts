// The first promise of every adapter that reads several logs: the same ledger whatever the order, the pieces, the repetition.
import { expect, it } from 'vitest'
import { ledgerOf } from './adapter-facts.ts'
import { factsOf, readOddly, type AgentLog } from './agent-logs.ts'
import { Random } from './random.ts'
import { rounds, roundsTimeoutMs } from './rounds.ts'

export function itIsTheSameLedgerInAnyOrder(agent: string, logs: readonly AgentLog[]): void {
  const orders = { name: `orders of reading ${agent} logs`, quick: 300, full: 20_000 }
  it('is the same ledger in any order, in any pieces, any number of times', () => {
    const whole = ledgerOf(logs.flatMap(log => factsOf(log)))
    const random = new Random(7)
    for (let n = rounds(orders); n > 0; n--) expect(readOddly(logs, random)).toEqual(whole)
  }, roundsTimeoutMs(10_000, orders))
}
