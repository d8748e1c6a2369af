import { expect, it } from 'vitest'
import { cliRoots, codeRoots, entersCli, entersCode, ownsCli, ownsCode, placeOfCli, placeOfCode, stateOf } from '../../../src/agents/kimi/paths.ts'

const at = (variables: Record<string, string>) => ({ home: '/home/dev', platform: 'linux', variables }) as const

it('reads both generations below the homes they are given and below their defaults', () => {
  expect(cliRoots(at({ KIMI_SHARE_DIR: '/srv/kimi' })).map(({ path, account }) => `${account} ${path}`)).toEqual(['/srv/kimi /srv/kimi/sessions', '~/.kimi /home/dev/.kimi/sessions'])
  expect(codeRoots(at({ KIMI_CODE_HOME: '~/kc' })).map(({ path }) => path)).toEqual([
    '/home/dev/kc/sessions', '/home/dev/.kimi-code/sessions', '/home/dev/.config/kimi-desktop/daimon-share/daimon/runtime/kimi-code/home/sessions',
  ])
})

it('tells sessions and their agents by where they lie, and enters no other folder', () => {
  expect([ownsCli('aa/s1/wire.jsonl'), placeOfCli('aa/s1/wire.jsonl')]).toEqual([true, { session: 's1', subagent: '' }])
  expect([ownsCli('aa/s1/subagents/x9/wire.jsonl'), placeOfCli('aa/s1/subagents/x9/wire.jsonl')]).toEqual([true, { session: 's1', subagent: 'x9' }])
  for (const path of ['aa/s1/context.jsonl', 'aa/wire.jsonl', 'aa/s1/tasks/t/wire.jsonl']) expect(ownsCli(path), path).toBe(false)
  for (const folder of ['aa', 'aa/s1', 'aa/s1/subagents', 'aa/s1/subagents/x']) expect(entersCli(folder), folder).toBe(true)
  for (const folder of ['aa/s1/tasks', 'aa/s1/subagents/x/output']) expect(entersCli(folder), folder).toBe(false)

  expect([ownsCode('wd_web_0f/session_1/agents/main/wire.jsonl'), placeOfCode('wd_web_0f/session_1/agents/main/wire.jsonl')]).toEqual([true, { session: 'session_1', subagent: '' }])
  expect(placeOfCode('wd_web_0f/session_1/agents/a2/wire.jsonl')).toEqual({ session: 'session_1', subagent: 'a2' })
  for (const path of ['web/session_1/agents/main/wire.jsonl', 'wd_web/session_1/wire.jsonl', 'wd_web/s/agents/main/other.jsonl']) expect(ownsCode(path), path).toBe(false)
  for (const folder of ['wd_web', 'wd_web/s', 'wd_web/s/agents', 'wd_web/s/agents/main']) expect(entersCode(folder), folder).toBe(true)
  for (const folder of ['other', 'wd_web/s/blobs', 'wd_web/s/agents/main/x']) expect(entersCode(folder), folder).toBe(false)
  expect(stateOf('wd_web/s/agents/main/wire.jsonl')).toBe('wd_web/s/state.json')
})
