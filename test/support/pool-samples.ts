// Answers about the pool as a daemon would give them.
import type { Operations } from '../../src/api/control-plane.ts'
import type { PoolAnswer, PoolOperations, SeatAnswer } from '../../src/api/pool-answers.ts'

export const seat = {
  name: 'purser-10', kind: 'pool', state: 'busy', agent: 'claude-code', session: '7f3a91c2-77b1-4f4e-9a55-02a1c1b0a001', account: '~/.claude', cwd: '/home/ada/src/web-app', pid: 4121, driver: 'tmux', openedAt: '2026-11-21T14:02:00.000Z',
} as const satisfies SeatAnswer
export const pool = {
  opened: ['purser-11'], closed: ['purser-12'], left: [{ name: 'purser-10', because: 'it is at work' }],
  seats: [seat, { ...seat, name: 'main', kind: 'dedicated', state: 'idle', session: '', pid: null }, { ...seat, name: 'purser-13', kind: 'task', state: 'running' }], max: 4,
} as const satisfies PoolAnswer
export const poolSamples = {
  'pool.up': pool, 'pool.down': pool, 'pool.scale': pool, 'session.attach': { name: 'purser-10', session: seat.session, argv: ['tmux', '-S', '/run/purser/tmux.sock', '-f', '/dev/null', 'attach-session', '-t', '=purser-10'] },
} as const satisfies { readonly [N in keyof PoolOperations]: Operations[N]['out'] }
