import { describe, expect, it } from 'vitest'
import { ownsRollout, ownsSaved, rolloutPlace, rolloutRoots, savedRoots, threadOf } from '../../../src/agents/codex/paths.ts'

const linux = (variables: Record<string, string> = {}) => ({ home: '/home/dev', platform: 'linux' as const, variables })
const ID = '01a1fc0d-ff49-7b31-af4a-681201c2a1a1'

describe('where rollouts are', () => {
  it('is every home that CODEX_HOME names, and always the default', () => {
    expect(rolloutRoots(linux({ CODEX_HOME: '~/.codex-work, /srv/codex' })).map(({ path, account }) => [path, account])).toEqual([
      ['/home/dev/.codex-work/sessions', '~/.codex-work'], ['/home/dev/.codex-work/archived_sessions', '~/.codex-work'],
      ['/srv/codex/sessions', '/srv/codex'], ['/srv/codex/archived_sessions', '/srv/codex'],
      ['/home/dev/.codex/sessions', '~/.codex'], ['/home/dev/.codex/archived_sessions', '~/.codex'],
    ])
    expect(rolloutRoots({ home: 'C:\\Users\\dev', platform: 'win32', variables: {} })[0]).toMatchObject({ path: 'C:\\Users\\dev\\.codex\\sessions', account: '~\\.codex' })
  })

  it('is told by the name of a file, packed or not, at any depth', () => {
    for (const name of [`2026/11/21/rollout-2026-11-21T03-02-18-${ID}.jsonl`, `rollout-2026-11-21T03-02-18-${ID}.jsonl.zst`]) {
      expect(ownsRollout(name)).toBe(true)
      expect(rolloutPlace(name)).toEqual({ session: ID, subagent: '' })
    }
    expect(['history.jsonl', 'rollout.json', 'x/rollout-1.jsonl.bak', 'session_index.jsonl'].filter(ownsRollout)).toEqual([])
    expect(threadOf('rollout-old.jsonl')).toBeNull()
    expect(rolloutPlace('rollout-old.jsonl.zst').session).toBe('rollout-old')
  })

  it('is saved output only in a home without rollouts, and never the client\'s own lists', () => {
    expect(savedRoots(linux())[0]).toMatchObject({ path: '/home/dev/.codex', unless: ['sessions', 'archived_sessions'] })
    expect(['run.jsonl', 'history.jsonl', 'session_index.jsonl', 'log/run.jsonl', 'run.json'].filter(ownsSaved)).toEqual(['run.jsonl'])
  })
})
