import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { HTTP_OPERATIONS } from '../../src/api/http-operations.ts'
import { flawsOf } from '../support/json-schema.ts'
import { openApi } from '../support/openapi.ts'
import { samples } from '../support/sample-answers.ts'

const ROOT = path.join(import.meta.dirname, '..', '..')
const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string }
const api = openApi(version)
const answerOf = (name: string) => api.paths[`/v1/${name}`]?.post.responses[200].content['application/json'].schema ?? {}
const inputOf = (name: string) => api.paths[`/v1/${name}`]?.post.requestBody.content['application/json'].schema ?? {}

describe('the description of the API', () => {
  it('is what docs/openapi.json says (vitest -u rewrites the file)', async () => {
    await expect(`${JSON.stringify(api, null, 1)}\n`).toMatchFileSnapshot(path.join(ROOT, 'docs', 'openapi.json'))
  })

  it('has every operation, and every one that a port serves', () => {
    const names = Object.keys(api.paths).map(each => each.slice('/v1/'.length))
    expect(new Set(names)).toEqual(new Set(Object.keys(samples)))
    for (const name of HTTP_OPERATIONS) expect(names).toContain(name)
  })

  it.each(Object.entries(samples))('of %s is true of a complete answer, field by field', (name, sample) => {
    expect(flawsOf(sample, answerOf(name), api)).toEqual([])
  })

  it('refuses what is not described: another type, a word too many, a field that is missing or new', () => {
    const hello = answerOf('hello')
    expect([{ version: '1', pid: 1 }, { version: 1, pid: 1 }, { version: '1' }, { version: '1', pid: 1, more: 1 }].map(each => flawsOf(each, hello, api).length)).toEqual([0, 1, 1, 1])
    expect(flawsOf({ id: 'a', amount: '1.50', owner: { pid: 7 }, covers: { agent: 'claude-code', session: 's' } }, inputOf('budget.reserve'), api)).toEqual([])
    expect(flawsOf({ id: 'a' }, inputOf('budget.reserve'), api)).toEqual(['$.amount is missing'])
    expect(flawsOf({ ...samples['budget.report'], state: 'open' }, answerOf('budget.report'), api)).toHaveLength(1)
  })

  it('says of each field what its type says of it', () => {
    expect(JSON.stringify(api.components.schemas['CoversInput'])).toContain('Settled by itself once so many whole responses are in the log.')
    expect(JSON.stringify(api.paths['/v1/budget.reserveBatch'])).toContain('Many requests in one commit, each assessed')
  })
})
