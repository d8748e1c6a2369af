import { expect, it } from 'vitest'
import { entersFolder, ownsChat, placeOf, projectRoots, runStateOf } from '../../../src/agents/codebuff/paths.ts'

it('reads the projects of every channel and of the folders it is given', () => {
  const paths = (variables: Record<string, string>) => projectRoots({ home: '/home/dev', platform: 'linux', variables }).map(({ path }) => path)
  expect(paths({})).toEqual(['/home/dev/.config/manicode/projects', '/home/dev/.config/manicode-dev/projects', '/home/dev/.config/manicode-staging/projects'])
  expect(paths({ CODEBUFF_DATA_DIR: '/srv/cb' })[0]).toBe('/srv/cb/projects')
})

it('owns the messages of a chat, and knows the state beside them', () => {
  expect([ownsChat('web/chats/c1/chat-messages.json'), placeOf('web/chats/c1/chat-messages.json').session, runStateOf('web/chats/c1/chat-messages.json')]).toEqual([true, 'c1', 'web/chats/c1/run-state.json'])
  for (const path of ['web/chats/c1/run-state.json', 'web/c1/chat-messages.json', 'chat-messages.json']) expect(ownsChat(path), path).toBe(false)
  expect(['web', 'web/chats', 'web/chats/c1', 'web/agents', 'web/chats/c1/x'].map(entersFolder)).toEqual([true, true, true, false, false])
})
