import { expect, it } from 'vitest'
import { noticeJson } from '../../src/notify/notice-json.ts'
import { aNotice } from '../support/a-notice.ts'

it('writes the documented fields and nothing else', () => {
  const smuggled = { ...aNotice(), prompt: 'CANARY' }
  expect(Object.keys(JSON.parse(noticeJson(smuggled)) as object)).toEqual(['type', 'timestamp', 'key', 'level', 'title', 'body', 'data'])
})
