import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { md5 } from '../../../src/agents/kimi/md5.ts'

const expected = (text: string): string => createHash('md5').update(text, 'utf8').digest('hex')

it('is the digest Kimi CLI names folders by', () => {
  expect(md5('/home/dev/web')).toBe('6aeb2509738591c3eec17438002ed788')
  expect(md5('')).toBe('d41d8cd98f00b204e9800998ecf8427e')
})

it('is the same as node gives, for any path of any length', () => {
  for (let length = 50; length < 135; length++) expect(md5('/'.repeat(length)), String(length)).toBe(expected('/'.repeat(length)))
  fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), text => { expect(md5(text)).toBe(expected(text)) }), { numRuns: 300 })
})
