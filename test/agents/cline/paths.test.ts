import { expect, it } from 'vitest'
import { clineTaskRoots, entersFolder, extensionRoots, historyItem, ownsSession, ownsTask, placeOfSession, placeOfTask, sessionManifest, sessionRoots, taskMetadata } from '../../../src/agents/cline/paths.ts'

const at = (variables: Record<string, string> = {}, platform: 'linux' | 'darwin' = 'linux') => ({ home: platform === 'darwin' ? '/Users/dev' : '/home/dev', platform, variables })

it('reads the tasks of an extension in every editor and its remote half', () => {
  const roots = extensionRoots('rooveterinaryinc.roo-cline')(at())
  expect(roots.length).toBe(11)
  expect(roots[0]).toEqual({ path: '/home/dev/.config/Code/User/globalStorage/rooveterinaryinc.roo-cline/tasks', account: '~/.config/Code/User/globalStorage/rooveterinaryinc.roo-cline', configHome: '/home/dev/.config/Code/User/globalStorage/rooveterinaryinc.roo-cline' })
  expect(roots.map(({ path }) => path)).toContain('/home/dev/.vscode-server/data/User/globalStorage/rooveterinaryinc.roo-cline/tasks')
  expect(extensionRoots('x')(at({}, 'darwin'))[3]?.path).toBe('/Users/dev/Library/Application Support/Cursor/User/globalStorage/x/tasks')
})

it('reads Cline\'s own data where it is told to keep it, and always in its default', () => {
  expect(clineTaskRoots(at()).at(-1)?.path).toBe('/home/dev/.cline/data/tasks')
  expect(sessionRoots(at({ CLINE_DIR: '/srv/cline', CLINE_DATA_DIR: '/d', CLINE_SESSION_DATA_DIR: '/s' })).map(({ path }) => path)).toEqual(['/s', '/d/sessions', '/srv/cline/data/sessions', '/home/dev/.cline/data/sessions'])
})

it('tells tasks, sessions and subagents by where they lie, and knows what lies beside them', () => {
  expect([ownsTask('17/ui_messages.json'), ownsTask('17/api_conversation_history.json'), ownsTask('ui_messages.json'), placeOfTask('17/ui_messages.json').session]).toEqual([true, false, false, '17'])
  expect([ownsSession('s1/s1.messages.json'), ownsSession('s1/s1.json'), placeOfSession('s1/s1.messages.json'), placeOfSession('s1/a.messages.json')]).toEqual([true, false, { session: 's1', subagent: '' }, { session: 's1', subagent: 'a' }])
  expect([historyItem('17/ui_messages.json'), taskMetadata('17/ui_messages.json'), sessionManifest('s1/a.messages.json')]).toEqual(['17/history_item.json', '17/task_metadata.json', 's1/s1.json'])
  expect([entersFolder('17'), entersFolder('17/checkpoints')]).toEqual([true, false])
})
