// Builds responses for ledger tests: everything ordinary unless the test says otherwise.
import type { Claimed } from '../../src/core/ledger/entry.ts'
import type { Scope } from '../../src/core/scope.ts'
import { instant, type Instant } from '../../src/core/time.ts'
import { NO_TOKENS } from '../../src/core/usage/tokens.ts'
import { STANDARD_BILLING } from '../../src/core/usage/usage-event.ts'

export const SCOPE: Scope = { node: 'n1', agent: 'claude-code', account: '~/.claude', project: '/home/dev/web', branch: 'main', session: 's1', subagent: '' }

export interface ClaimSketch {
  readonly key?: string
  readonly output?: number
  readonly input?: number
  readonly session?: string
  readonly project?: string
  readonly branch?: string
  readonly model?: string
  readonly at?: Instant
  readonly final?: boolean
  readonly sidechain?: boolean
  readonly ownedAt?: Instant
  readonly estimated?: boolean
}

export function claim(sketch: ClaimSketch = {}): Claimed {
  return {
    key: sketch.key ?? 'claude-code:msg_1', at: sketch.at ?? instant(Date.UTC(2026, 10, 20, 12)), model: sketch.model ?? 'claude-opus-5-5',
    tokens: { ...NO_TOKENS, input: sketch.input ?? 0, output: sketch.output ?? 0 }, billing: STANDARD_BILLING,
    scope: { ...SCOPE, session: sketch.session ?? SCOPE.session, project: sketch.project ?? SCOPE.project, branch: sketch.branch ?? SCOPE.branch },
    final: sketch.final ?? true, sidechain: sketch.sidechain ?? false, estimated: sketch.estimated ?? false, kind: 'usage', givenCost: null, ...(sketch.ownedAt === undefined ? {} : { ownedAt: sketch.ownedAt }),
  }
}
