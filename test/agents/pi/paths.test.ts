import { expect, it } from 'vitest'
import { entersFolder, ownsSession, placeOf, sessionRoots } from '../../../src/agents/pi/paths.ts'

it('reads sessions of Pi and of OMP, below the folders they are given and below their defaults', () => {
  const paths = (variables: Record<string, string>) => sessionRoots({ home: '/home/dev', platform: 'linux', variables }).map(({ path, account }) => `${account} ${path}`)
  expect(paths({})).toEqual(['~/.pi/agent /home/dev/.pi/agent/sessions', '~/.omp/agent /home/dev/.omp/agent/sessions'])
  expect(paths({ PI_CODING_AGENT_DIR: '~/p', PI_AGENT_DIR: '/home/dev/.pi/agent/sessions' })).toEqual(['~/p /home/dev/p/sessions', '~/.pi/agent /home/dev/.pi/agent/sessions', '~/.omp/agent /home/dev/.omp/agent/sessions'])
})

it('tells sessions and subagents by where they lie', () => {
  expect(placeOf('--home-dev-web--/2026-10-05T11-00-00-000Z_5e55.jsonl')).toEqual({ session: '5e55', subagent: '' })
  expect(placeOf('--w--/2026-10-05T11-00-00-000Z_5e55/task_1.jsonl')).toEqual({ session: '5e55', subagent: 'task_1' })
  for (const path of ['--w--/a.jsonl', '--w--/a/b.jsonl']) expect(ownsSession(path), path).toBe(true)
  for (const path of ['a.jsonl', '--w--/a/b/c.jsonl', '--w--/a.json']) expect(ownsSession(path), path).toBe(false)
  expect([entersFolder('--w--'), entersFolder('--w--/a'), entersFolder('--w--/a/b')]).toEqual([true, true, false])
})
