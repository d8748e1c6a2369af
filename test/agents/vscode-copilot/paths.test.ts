import { describe, expect, it } from 'vitest'
import { entersJournals, entersTraces, ownsJournal, ownsTraces, sessionOf, TRACES, userFolders, workspaceFile } from '../../../src/agents/vscode-copilot/paths.ts'

describe('the user folders of VS Code', () => {
  it('are those of its builds on each platform, and of its servers', () => {
    const linux = userFolders()({ home: '/home/dev', platform: 'linux', variables: {} }).map(root => root.path)
    expect(linux).toContain('/home/dev/.config/Code/User')
    expect(linux).toContain('/home/dev/.vscode-server/data/User')
    expect(userFolders()({ home: '/Users/dev', platform: 'darwin', variables: {} }).map(root => root.path)).toContain('/Users/dev/Library/Application Support/Code - Insiders/User')
    expect(userFolders()({ home: 'C:\\Users\\dev', platform: 'win32', variables: { APPDATA: 'C:\\R' } }).map(root => root.path)).toContain('C:\\R\\Code\\User')
  })

  it('hold one trace database, and a journal for each chat', () => {
    expect([ownsTraces(TRACES), ownsTraces('agent-traces.db'), entersTraces('globalStorage'), entersTraces('globalStorage/github.copilot-chat'), entersTraces('workspaceStorage')]).toEqual([true, false, true, true, false])
    for (const path of ['workspaceStorage/5f/chatSessions/s1.jsonl', 'workspaceStorage/5f/chatSessions/s1.json', 'globalStorage/emptyWindowChatSessions/s1.jsonl']) {
      expect([ownsJournal(path), sessionOf(path)], path).toEqual([true, 's1'])
      const folders = path.split('/').slice(0, -1).map((_, at, parts) => parts.slice(0, at + 1).join('/'))
      for (const folder of folders) expect(entersJournals(folder), folder).toBe(true)
    }
    for (const path of ['workspaceStorage/5f/state.vscdb', 'workspaceStorage/5f/chatEditingSessions/s/state.json', 'chatSessions/s1.jsonl']) expect(ownsJournal(path), path).toBe(false)
    for (const folder of ['workspaceStorage/5f/GitHub.copilot-chat', 'History', 'globalStorage/github.copilot-chat']) expect(entersJournals(folder), folder).toBe(false)
  })

  it('say which folder a workspace is', () => {
    expect(workspaceFile('workspaceStorage/5f/chatSessions/s1.jsonl')).toBe('workspaceStorage/5f/workspace.json')
    expect(workspaceFile('globalStorage/emptyWindowChatSessions/s1.jsonl')).toBeNull()
  })
})
