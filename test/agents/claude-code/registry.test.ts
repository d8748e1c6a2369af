import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { claudeCode } from '../../../src/agents/claude-code/adapter.ts'
import { parseRegistered } from '../../../src/agents/claude-code/registry.ts'

const file = (pid: number): string => readFileSync(new URL(`../../fixtures/claude-code/registry/${pid}.json`, import.meta.url), 'utf8')
const entry = (over: Record<string, unknown> = {}): string => JSON.stringify({ pid: 4711, sessionId: 's', cwd: '/w', procStart: '99', kind: 'interactive', status: 'busy', updatedAt: 1_795_231_943_918, ...over })

describe('the live registry', () => {
  it('lies beside the projects of its config home', () => {
    expect(claudeCode.registry?.folder('/home/dev/.claude')).toBe('/home/dev/.claude/sessions')
  })

  it('is read as the real client writes it', () => {
    expect(parseRegistered('20185.json', file(20_185))).toEqual({
      pid: 20_185, startTime: '397309', session: 'be1167e0-ff0c-48db-9857-d621ff598c06', cwd: '/home/dev/proj/alpha', kind: 'foreground', status: 'busy', job: '',
      pidDomain: 'linux:00000000000000000000000000000000:pid:[4026531836]', updatedAt: 1_795_231_960_727,
    })
    expect(parseRegistered('23273.json', file(23_273))?.status).toBe('waiting')
    expect(parseRegistered('19813.json', file(19_813))?.status).toBe('idle')
  })

  it('names the job of a background session, and only of one', () => {
    expect(parseRegistered('4711.json', entry({ kind: 'bg', jobId: '9385e902' }))).toMatchObject({ kind: 'background', job: '9385e902' })
    expect(parseRegistered('4711.json', entry({ jobId: '9385e902' }))).toMatchObject({ kind: 'foreground', job: '' })
  })

  it('has no name for key files, and none for what is not a pid', () => {
    for (const name of ['4711.key', '4711.json.key', 'x.json', '0.json', '1.json', '-5.json', '04711.json', '4711.json~']) expect(parseRegistered(name, entry()), name).toBeNull()
  })

  it('believes no file about another process', () => {
    expect(parseRegistered('4712.json', entry())).toBeNull()
  })

  it('answers null for damage and fills what is missing with "not known"', () => {
    for (const text of ['', '{', '[]', '"x"', 'null', entry({ sessionId: '' }), entry({ pid: '4711' }), entry({ pad: 'x'.repeat(70_000) })]) expect(parseRegistered('4711.json', text)).toBeNull()
    expect(parseRegistered('4711.json', '{"pid":4711,"sessionId":"s"}')).toEqual({ pid: 4711, startTime: '', session: 's', cwd: '', kind: 'foreground', status: 'unknown', job: '', pidDomain: '', updatedAt: null })
    expect(parseRegistered('4711.json', entry({ status: 'dancing', procStart: 99 }))).toMatchObject({ status: 'unknown', startTime: '99' })
  })
})
