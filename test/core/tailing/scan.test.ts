import { expect, it } from 'vitest'
import { bytesLeft, type FoundLog } from '../../../src/core/tailing/scan.ts'
import { instant } from '../../../src/core/time.ts'

const log = (size: number): FoundLog => ({ path: '/l/a', agent: 'toy', source: 'lines', root: '/l', account: '', place: { session: '', subagent: '' }, size, modifiedAt: instant(0) })
const cursor = (offset: number) => ({ path: '/l/a', device: '1', inode: '1', generation: 0, offset, headLength: 0, head: '', tail: '', root: '/l', agent: 'toy', account: '', size: offset, modifiedAt: instant(0), memory: '' })

it('counts as left what a cursor has not seen, and all of a log that is new or shrank', () => {
  expect(bytesLeft({ log: log(100), cursor: cursor(60) })).toBe(40)
  expect(bytesLeft({ log: log(100), cursor: cursor(100) })).toBe(0)
  expect(bytesLeft({ log: log(100), cursor: undefined })).toBe(100)
  expect(bytesLeft({ log: log(50), cursor: cursor(60) })).toBe(50)
})
