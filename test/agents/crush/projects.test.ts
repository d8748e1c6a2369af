import { describe, expect, it } from 'vitest'
import { projectLists, projectOf } from '../../../src/agents/crush/projects.ts'

const lists = (variables: Record<string, string> = {}) => projectLists({ home: '/home/dev', platform: 'linux', variables })
const folders = (text: string): string[] => lists()[0]?.roots(text).map(root => root.path) ?? []

describe('the projects of Crush', () => {
  it('are listed where its global data is', () => {
    expect(lists({ CRUSH_GLOBAL_DATA: '/srv/crush' }).map(list => list.path)).toEqual(['/srv/crush/projects.json', '/home/dev/.local/share/crush/projects.json'])
    expect(projectLists({ home: 'C:\\Users\\dev', platform: 'win32', variables: { LOCALAPPDATA: 'C:\\L' } }).map(list => list.path)).toContain('C:\\L\\crush\\projects.json')
  })

  it('each have a data folder of their own', () => {
    expect(folders('{"projects":[{"path":"/home/dev/web","data_dir":"/home/dev/web/.crush","last_accessed":"2026-08-21T10:00:00Z"},{"path":"/home/dev/api"},{"path":"/home/dev/x","data_dir":"data"},{"path":"/home/dev/web","data_dir":"/home/dev/web/.crush"}]}'))
      .toEqual(['/home/dev/web/.crush', '/home/dev/api/.crush', '/home/dev/x/data'])
    expect(folders('[{"path":"/a"}]'), 'older lists').toEqual(['/a/.crush'])
    expect(folders('{"1":{"path":"/a"}}')).toEqual(['/a/.crush'])
  })

  it('are none where the list is damaged or names no place', () => {
    for (const text of ['', '{', 'null', '7', '{"projects":{}}', '{"projects":[null,1,{"path":5},{"path":"relative"}]}']) expect(folders(text), text).toEqual([])
  })

  it('are told by the usual place of their data', () => {
    expect([projectOf('/home/dev/web/.crush'), projectOf('C:\\web\\.crush'), projectOf('/srv/data'), projectOf('/.crush')]).toEqual(['/home/dev/web', 'C:\\web', '', ''])
  })
})
