import { describe, expect, it } from 'vitest'
import { dataRoots, entersFolder, OPENCODE, ownsDatabase, ownsMessageFile, placeOf } from '../../../src/agents/opencode/paths.ts'

const roots = (variables: Record<string, string> = {}): string[] => dataRoots(OPENCODE)({ home: '/home/dev', platform: 'linux', variables }).map(root => `${root.account} ${root.path}`)

describe('the data folders of OpenCode', () => {
  it('are the default one and every one a variable names', () => {
    expect(roots()).toEqual(['~/.local/share/opencode /home/dev/.local/share/opencode'])
    expect(roots({ OPENCODE_DATA_DIR: '/srv/a,~/b', XDG_DATA_HOME: '/data' })).toEqual(['/srv/a /srv/a', '~/b /home/dev/b', '/data/opencode /data/opencode', '~/.local/share/opencode /home/dev/.local/share/opencode'])
  })

  it('hold a database of each channel, and no other', () => {
    const owns = ownsDatabase(OPENCODE)
    for (const name of ['opencode.db', 'opencode-dev.db', 'opencode-local.2.db']) expect(owns(name), name).toBe(true)
    for (const name of ['opencode.db-wal', 'opencode.db-shm', 'log/opencode.db', 'opencode.db.bak', 'kilo.db', 'opencode-.db/x']) expect(owns(name), name).toBe(false)
  })

  it('hold one file a message in older versions, and only those are looked at', () => {
    for (const path of ['storage/message/ses_1/msg_1.json', 'storage/session/message/ses_1/msg_1.json', 'project/home-dev-web/storage/session/message/ses_1/msg_1.json']) {
      expect(ownsMessageFile(path), path).toBe(true)
      expect(placeOf(path)).toEqual({ session: 'ses_1', subagent: '' })
      const folders = path.split('/').slice(0, -1).map((_, at, parts) => parts.slice(0, at + 1).join('/'))
      for (const folder of folders) expect(entersFolder(folder), folder).toBe(true)
    }
    for (const path of ['storage/part/msg_1/prt_1.json', 'storage/session/p/ses_1.json', 'storage/message/ses_1.json', 'storage/message/a/b/c.json', 'message/ses_1/msg_1.json']) expect(ownsMessageFile(path), path).toBe(false)
    for (const folder of ['storage/part', 'storage/session_diff', 'snapshot', 'log', 'storage/message/ses_1/x', 'bin']) expect(entersFolder(folder), folder).toBe(false)
  })
})
