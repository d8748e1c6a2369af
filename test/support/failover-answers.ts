// What failover answers, with every field: for renderings, the socket and the documents.

const sessions = [
  { session: '8a1f1111-1111-4111-8111-111111111111', state: 'verified', because: '', stopped: true },
  { session: 'b21d0c5e-1111-4f4e-9a55-02a1c1b0a002', state: 'left', because: 'it waits for an answer of yours', stopped: false },
  { session: 'c33e0c5e-1111-4f4e-9a55-02a1c1b0a003', state: 'failed', because: 'process 4711 outlived its terminal', stopped: false },
] as const
export const evidence = ['5h spent, by stream at 2026-11-21T15:20:00.000Z, resets 2026-11-21T18:00:00.000Z'] as const

export const failoverMove = {
  id: 'fo-41f08a2c', agent: 'claude-code', from: 'main', to: 'work', state: 'committed', by: 'ada', createdAt: '2026-11-21T15:20:05.000Z', endedAt: '2026-11-21T15:20:17.000Z', wakeAt: null,
  because: '1 of 1 moved sessions run', evidence, isReturn: false, abortAsked: false, sessions,
} as const
export const failoverPlan = {
  agent: 'claude-code', from: 'main', to: 'work', decision: 'move', because: '', until: null, evidence,
  sessions: [{ ...sessions[0], state: 'moves' }, { ...sessions[1], state: 'stays' }],
  passed: [{ account: 'team', because: ['an organisation manages it, and organisation = true is not written'], until: null }],
} as const

export const failoverSamples = {
  'failover.plan': { plans: [failoverPlan] },
  'failover.run': { failover: failoverMove },
  'failover.status': {
    mode: { configured: 'auto', effective: 'auto', consent: '2026-11-21' }, zone: 'Europe/Paris', active: [{ ...failoverMove, state: 'stranded', to: '', endedAt: null, wakeAt: '2026-11-21T18:01:00.000Z' }],
    returns: [{ agent: 'claude-code', failover: 'fo-41f08a2c', from: 'work', to: 'main', dueAt: '2026-11-21T18:05:00.000Z' }],
  },
  'failover.abort': { gaveUp: 'move', failover: failoverMove },
  'failover.history': {
    zone: 'Europe/Paris', failovers: [failoverMove],
    steps: [{ step: 1, kind: 'end', session: sessions[0].session, startedAt: '2026-11-21T15:20:06.000Z', endedAt: '2026-11-21T15:20:06.400Z', outcome: 'ended on SIGTERM, and proven gone' }],
  },
} as const
