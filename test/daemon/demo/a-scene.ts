// A scene of the demo without processes: purser answers as the test says, agents report as the test says, and what is
// told is kept as plain lines.
import type { EventAnswer, LockAnswer } from '../../../src/api/control-plane.ts'
import { plainLine } from '../../../src/core/text/line.ts'
import type { Order, Report } from '../../../src/daemon/demo/agent.ts'
import { narrator } from '../../../src/daemon/demo/narrator.ts'
import { ownChildren } from '../../../src/daemon/demo/own-children.ts'
import type { Ending, Puppet } from '../../../src/daemon/demo/puppet.ts'
import { eventFeed, type Scene } from '../../../src/daemon/demo/scene.ts'
import { noProcesses } from '../../../src/os/processes/process-table.ts'
import { FakeControlPlane, type Answers } from '../../support/fake-control-plane.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { budget, lock } from '../../support/sample-answers.ts'

export interface TestScene extends Scene { readonly lines: string[]; readonly asked: FakeControlPlane }

/** Waits pass at once, so that a limit is reached at once too. */
class HastyClock extends ManualClock {
  override async sleep(ms: number): Promise<void> { this.advance(ms) }
}

export function aScene(answers: Answers, platform: 'linux' | 'darwin' = 'linux'): TestScene {
  const lines: string[] = []
  const clock = new HastyClock(), { signal } = new AbortController(), plane = new FakeControlPlane(answers)
  const environment = { home: '/tmp/d', platform, variables: { HOME: '/tmp/d' } }
  return {
    plane, asked: plane, clock, signal, lines, cast: [], events: eventFeed({ plane, clock, signal }), children: ownChildren(noProcesses(''), () => false),
    narrator: narrator({ columns: Infinity, write: line => { lines.push(plainLine(line)) }, elapsedMs: () => 0 }),
    stage: { root: '/tmp/d', environment, project: '/tmp/d/src/night-shift', agentScript: '/tmp/d/cli.js', remove: () => undefined },
  }
}

export const AGENT = { pid: 4711, startTime: '395962' }

/** Answers each kind of order with the reports given, in turn, the last one for good. */
export function aPuppet(reports: { readonly [D in Order['do']]?: readonly Omit<Extract<Report, { did: D }>, 'did'>[] }, facts: { noticed?: readonly string[]; ending?: Ending | null } = {}): Puppet & { readonly orders: Order[] } {
  const orders: Order[] = []
  return {
    ...AGENT, session: '3f3c8446-2b81-4c3f-b8fb-6ded90c1fae2', told: '', orders, noticed: facts.noticed ?? [], ending: () => facts.ending ?? null,
    async act<O extends Order>(order: O) {
      const sofar = orders.filter(each => each.do === order.do).length
      orders.push(order)
      const given = reports[order.do] ?? []
      return { did: order.do, ...(given[sofar] ?? given.at(-1)) } as unknown as Extract<Report, { did: O['do'] }>
    },
    end: async () => facts.ending ?? { code: 0, signal: null },
  }
}

export const hookSays = (verdict: 'allowed' | 'denied' | 'stopped' | 'blocked', text = '', event = 'PreToolUse') => ({ verdict, text, event, hookMs: 20 })

export const demoBudget = (spent: string) => ({ ...budget, id: 'demo-daily', limit: '1.00', spent, perValue: '', per: '' })
export const demoLock = (change: Partial<LockAnswer> = {}): LockAnswer => ({ ...lock, id: 'Ldemo', rule: 'demo-daily', limit: '1.00', spent: '1.125', lockedAt: '2026-11-21T12:00:02.000Z', actions: [], ...change })

let lastId = 0
export const signalled = (signal: string, change: Partial<EventAnswer> = {}): EventAnswer => ({
  id: ++lastId, at: '2026-11-21T12:00:04.100Z', code: 'target.signalled', level: 'info',
  fields: { lock: 'Ldemo', target: `${AGENT.pid}@${AGENT.startTime}`, signal, because: 'its hook names it', outcome: `${signal} sent` }, ...change,
})
