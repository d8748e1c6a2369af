import { expect, it } from 'vitest'
import { pathOfFileUri } from '../../src/agents/file-uri.ts'

it.each([
  ['file:///home/dev/web', '/home/dev/web'], ['file:///home/dev/my%20w%C3%A9b/', '/home/dev/my wéb'], ['file://localhost/srv', '/srv'], ['file:///C:/src/web', 'C:\\src\\web'],
  ['file:///home/100%', '/home/100%'], ['file:///', '/'], ['https://example.org/a', ''], ['file://share/a', ''], ['/home/dev', ''], [7, ''], [undefined, ''],
])('reads %s as a folder', (uri, path) => {
  expect(pathOfFileUri(uri)).toBe(path)
})
