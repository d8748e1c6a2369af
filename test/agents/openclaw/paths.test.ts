import { expect, it } from 'vitest'
import { agentRoots, entersFolder, ownsDatabase, ownsSession, placeOf } from '../../../src/agents/openclaw/paths.ts'

it('reads the agents of every name it has had, and of the homes it is given', () => {
  const paths = (variables: Record<string, string>) => agentRoots({ home: '/home/dev', platform: 'linux', variables }).map(({ path }) => path)
  expect(paths({})).toEqual(['/home/dev/.openclaw/agents', '/home/dev/.clawdbot/agents', '/home/dev/.moltbot/agents', '/home/dev/.moldbot/agents'])
  expect(paths({ OPENCLAW_STATE_DIR: '/srv/claw', OPENCLAW_DIR: '~/.openclaw' }).slice(0, 2)).toEqual(['/srv/claw/agents', '/home/dev/.openclaw/agents'])
})

it('owns sessions, also those that were put away, and the store of each agent', () => {
  for (const path of ['main/sessions/s1.jsonl', 'main/sessions/s1.jsonl.deleted.2026-09-01T00-00-00', 'main/sessions/s1.jsonl.reset.1']) expect([ownsSession(path), placeOf(path).session], path).toEqual([true, 's1'])
  for (const path of ['main/sessions/sessions.json', 'main/sessions/s1.jsonl.lock', 'main/s1.jsonl', 'main/agent/s1.jsonl']) expect(ownsSession(path), path).toBe(false)
  expect([ownsDatabase('main/agent/openclaw-agent.sqlite'), ownsDatabase('main/agent/other.sqlite')]).toEqual([true, false])
  expect(['main', 'main/sessions', 'main/agent', 'main/workspace', 'main/sessions/x'].map(entersFolder)).toEqual([true, true, true, false, false])
})
