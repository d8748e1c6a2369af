import { describe, expect, it } from 'vitest'
import { companionsOf, cwdOf, entersFolder, ownsChat, ownsDocument, placeOf } from '../../../src/agents/gemini/place.ts'
import type { Opening } from '../../../src/core/sessions/log-source.ts'

const MAIN = 'web/chats/session-2026-11-21T03-18-ce415371.jsonl', SUB = 'web/chats/ce415371-65f5-4896-8a3d-3feccb67e940/5e55.jsonl'

describe('a file below tmp', () => {
  it('is a chat, a subagent\'s chat, an older document, or none of ours', () => {
    for (const path of [MAIN, SUB]) expect([ownsChat(path), ownsDocument(path)], path).toEqual([true, false])
    expect([ownsChat('web/chats/session-a.json'), ownsDocument('web/chats/session-a.json')]).toEqual([false, true])
    for (const path of ['web/logs.json', 'web/chats/notes.jsonl', 'web/tool-outputs/session-x/a.jsonl', 'web/checkpoints/session-x.json', 'session-x.jsonl', 'web/chats/a/b/c.jsonl']) {
      expect([ownsChat(path), ownsDocument(path)], path).toEqual([false, false])
    }
  })

  it('lies where only chats are looked for', () => {
    for (const folder of ['', 'web', 'web/chats', 'web/chats/ce415371']) expect(entersFolder(folder), folder).toBe(true)
    for (const folder of ['web/tool-outputs', 'web/chats/a/b', 'bin/rg/x']) expect(entersFolder(folder), folder).toBe(false)
  })

  it('names its parent\'s session and itself where it is a subagent\'s, and nothing where it is a main chat', () => {
    expect(placeOf(SUB)).toEqual({ session: 'ce415371-65f5-4896-8a3d-3feccb67e940', subagent: '5e55' })
    expect(placeOf(MAIN)).toEqual({ session: '', subagent: '' })
  })
})

describe('the folder a chat runs in', () => {
  const at = (companions: Opening['companions']): string => cwdOf({ place: placeOf(MAIN), path: MAIN, root: '/r', memory: null, companions })

  it('comes from the marker beside the chats, else from the registry of projects, else it is unknown', () => {
    expect(companionsOf(SUB)).toEqual(['web/.project_root', '../projects.json'])
    const registry = JSON.stringify({ projects: { '/home/dev/api': 'api', '/home/dev/web': 'web' } })
    expect(at({ 'web/.project_root': '/home/dev/web\n', '../projects.json': '{}' })).toBe('/home/dev/web')
    expect(at({ 'web/.project_root': null, '../projects.json': registry })).toBe('/home/dev/web')
    expect(at({ 'web/.project_root': null, '../projects.json': null })).toBe('')
    expect(at({ '../projects.json': '{"projects":[' })).toBe('')
    expect(at({ '../projects.json': '{"projects":{"/x":7}}' })).toBe('')
  })
})
