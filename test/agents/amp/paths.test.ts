import { expect, it } from 'vitest'
import { entersFolder, ownsThread, threadRoots } from '../../../src/agents/amp/paths.ts'

it('reads threads below every data folder, and where the editor extension once kept them', () => {
  const roots = threadRoots({ home: '/home/dev', platform: 'linux', variables: { AMP_DATA_DIR: '/srv/amp/threads', XDG_DATA_HOME: '/data' } })
  expect(roots.slice(0, 4)).toEqual([
    { path: '/srv/amp/threads', account: '/srv/amp', configHome: '/srv/amp' }, { path: '/data/amp/threads', account: '/data/amp', configHome: '/data/amp' },
    { path: '/home/dev/.local/share/amp/threads', account: '~/.local/share/amp', configHome: '/home/dev/.local/share/amp' },
    { path: '/home/dev/.config/Code/User/globalStorage/sourcegraph.amp/threads3', account: '~/.config/Code/User/globalStorage/sourcegraph.amp', configHome: '/home/dev/.config/Code/User/globalStorage/sourcegraph.amp' },
  ])
})

it('owns the documents that lie directly there', () => {
  for (const path of ['T-1.json', '1.json']) expect(ownsThread(path)).toBe(true)
  for (const path of ['T-1.json.tmp', 'x/T-1.json', 'T-1.jsonl', '.json']) expect(ownsThread(path), path).toBe(false)
  expect([entersFolder(''), entersFolder('x')]).toEqual([true, false])
})
