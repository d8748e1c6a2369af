import { expect, it } from 'vitest'
import { conversationOf, ownsSettings, placeOf, sessionRoots } from '../../../src/agents/droid/paths.ts'

it('reads sessions below the client\'s home, the homes it is given and the folders other tools are given', () => {
  const paths = (variables: Record<string, string>) => sessionRoots({ home: '/home/dev', platform: 'linux', variables }).map(({ path, account }) => `${account} ${path}`)
  expect(paths({})).toEqual(['~/.factory /home/dev/.factory/sessions'])
  expect(paths({ FACTORY_DIR: '~/f', DROID_SESSIONS_DIR: '/srv/droid/sessions, /home/dev/.factory/sessions' })).toEqual([
    '/srv/droid /srv/droid/sessions', '~/.factory /home/dev/.factory/sessions', '~/f /home/dev/f/sessions',
  ])
})

it('owns the settings of sessions, at any depth, and knows the conversation beside them', () => {
  for (const path of ['-home-dev-web/d0.settings.json', 'd0.settings.json', 'archive/-w/d0.settings.json']) expect([ownsSettings(path), placeOf(path).session], path).toEqual([true, 'd0'])
  for (const path of ['-w/d0.jsonl', '-w/settings.json', '-w/d0.settings.json.tmp']) expect(ownsSettings(path), path).toBe(false)
  expect(conversationOf('-w/d0.settings.json')).toBe('-w/d0.jsonl')
})
