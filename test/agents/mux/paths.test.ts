import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { CONFIG, cwdOf, entersFolder, ownsChat, placeOf, sessionRoots } from '../../../src/agents/mux/paths.ts'

it('reads below both names and the folders it is given', () => {
  const paths = (variables: Record<string, string>) => sessionRoots({ home: '/home/dev', platform: 'linux', variables }).map(({ path }) => path)
  expect(paths({})).toEqual(['/home/dev/.xum/sessions', '/home/dev/.mux/sessions'])
  expect(paths({ MUX_ROOT: '/srv/mux', XUM_ROOT: '~/x' })).toEqual(['/home/dev/x/sessions', '/srv/mux/sessions', '/home/dev/.xum/sessions', '/home/dev/.mux/sessions'])
})

it('tells workspaces and subagents by where their chats lie', () => {
  for (const name of ['chat', 'chat-archive', 'headless-usage']) expect([ownsChat(`ws1/${name}.jsonl`), placeOf(`ws1/subagent-transcripts/t1/${name}.jsonl`)]).toEqual([true, { session: 'ws1', subagent: 't1' }])
  for (const path of ['ws1/timeline.jsonl', 'chat.jsonl', 'ws1/partial.json', 'ws1/x/t1/chat.jsonl']) expect(ownsChat(path), path).toBe(false)
  expect(['ws1', 'ws1/subagent-transcripts', 'ws1/subagent-transcripts/t1', 'ws1/artifacts'].map(entersFolder)).toEqual([true, true, true, false])
})

it('finds the folder of a workspace in the configuration, and no folder where it is not listed', () => {
  const config = readFileSync(new URL('../../fixtures/mux/2026.8/config.json', import.meta.url), 'utf8')
  const cwd = (path: string, text: string | null = config): string => cwdOf({ place: placeOf(path), path, root: '/r', memory: null, companions: { [CONFIG]: text } })
  expect([cwd('ws1/chat.jsonl'), cwd('ws2/chat.jsonl'), cwd('ws9/chat.jsonl'), cwd('ws1/subagent-transcripts/ws0/chat.jsonl'), cwd('ws1/subagent-transcripts/gone/chat.jsonl')])
    .toEqual(['/home/dev/.mux/src/web/main', '/home/dev/web', '', '/home/dev/.mux/src/api/x', '/home/dev/.mux/src/web/main'])
  for (const text of [null, '{', '{"projects":{}}', '{"projects":[7,["/a"],["/a",{"workspaces":[null]}]]}']) expect(cwd('ws1/chat.jsonl', text)).toBe('')
})
