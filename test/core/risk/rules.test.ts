import { describe, expect, it } from 'vitest'
import { parseUsd } from '../../../src/core/money.ts'
import { ceilingOf, type RiskQuestion } from '../../../src/core/risk/assessor.ts'
import { assessByRules, burnOf, parseRule, stricter, type RiskRule } from '../../../src/core/risk/rules.ts'
import { questionText, verdictOf } from '../../../src/core/risk/verdict.ts'
import { DAY_MS, HOUR_MS, instant } from '../../../src/core/time.ts'

const NOON = instant(Date.UTC(2026, 10, 21, 12))
const question: RiskQuestion = { id: 'a', amount: parseUsd('5'), model: 'claude-opus-5-5', budgets: [], now: NOON, scope: { node: 'n', agent: 'claude-code', account: '', project: '/src/web', branch: 'main', session: 's', subagent: '' } }
const rule = (text: string): RiskRule => {
  const parsed = parseRule(text)
  if (!parsed.ok) throw new Error(parsed.why)
  return parsed.rule
}
const facts = { zone: 'UTC', burn: null }
const verdict = (text: string, more: Partial<RiskQuestion> = {}, known: Parameters<typeof assessByRules>[2] = facts) => assessByRules([rule(text)], { ...question, ...more }, known).verdict

describe('a risk rule', () => {
  it.each([
    ['model=*opus*', true], ['model=*haiku*', false], ['project=web', true], ['project=/src/*', true], ['project=api', false], ['branch=main and agent=claude-*', true], ['branch=main and agent=codex', false],
    ['hours=11:30-12:30', true], ['hours=12-13', true], ['hours=22:00-06:00', false], ['hours=22:00-12:00', false], ['hours=22:00-12:01', true], ['amount>4.99', true], ['amount>5', false], ['burn>2', false],
  ])('"%s" holds: %s', (when, holds) => { expect(verdict(`${when} -> deny`)).toBe(holds ? 'deny' : 'allow') })

  it('tells hours on the wall of its zone', () => {
    expect(verdict('hours=13:00-14:00 -> ask', {}, { zone: 'Europe/Paris', burn: null })).toBe('ask')
  })
  it('compares burn with what an hour usually costs', () => {
    const burn = (lastHour: bigint) => ({ zone: 'UTC', burn: { lastHour, usualHour: 10n } })
    expect([verdict('burn>3 -> ask', {}, burn(31n)), verdict('burn>3 -> ask', {}, burn(30n)), verdict('burn>1.5 -> ask', {}, burn(16n))]).toEqual(['ask', 'allow', 'ask'])
  })
  it.each(['model=*', '-> deny', 'a=b -> deny', 'model=* -> explode', 'model=* -> ask most', 'model=* -> ask half full', 'hours=25-26 -> deny', 'hours=6-6 -> deny', 'hours=22:75-6 -> deny', 'burn>x -> ask', 'burn>0 -> ask', 'amount>-1 -> ask', 'model=[ -> ask', 'model=a -> ask -> deny'])('"%s" is none', text => {
    expect(parseRule(text).ok).toBe(false)
  })
  it('is outvoted only by a stricter one, in any order', () => {
    const rules = ['amount>1 -> allow half', 'model=* -> ask', 'hours=0-24 -> allow tenth'].map(rule)
    for (const order of [rules, rules.toReversed()]) expect(assessByRules(order, question, facts)).toMatchObject({ verdict: 'ask', ceiling: 'tenth', by: 'the rule "model=* -> ask"' })
    expect(stricter({ verdict: 'deny', ceiling: 'zero', by: 'x', because: 'x' }, { verdict: 'allow', ceiling: 'full', by: 'y', because: '' })).toMatchObject({ verdict: 'deny', ceiling: 'zero', by: 'x' })
  })
  it('lets a part of a limit be filled', () => {
    expect((['full', 'half', 'tenth', 'zero'] as const).map(ceiling => ceilingOf(101n, ceiling))).toEqual([101n, 50n, 10n, 0n])
  })
})

describe('what an hour usually costs', () => {
  const day = (back: number, ...costs: bigint[]) => costs.map((cost, hour) => ({ start: NOON - back * DAY_MS + hour * HOUR_MS, cost }))
  it('is the median over active days of what an active hour cost', () => {
    expect(burnOf([...day(2, 10n, 30n), ...day(3, 5n), ...day(9, 100n)], 7n, NOON)).toEqual({ lastHour: 7n, usualHour: 20n })
    expect(burnOf([...day(2, 10n), ...day(3, 20n), ...day(4, 30n), ...day(5, 40n)], 7n, NOON)?.usualHour).toBe(25n)
  })
  it('is not known with less than three active days, nor from the last hour itself', () => {
    expect(burnOf([...day(2, 10n), ...day(3, 10n), { start: NOON - HOUR_MS, cost: 99n }], 1n, NOON)).toBeNull()
  })
  it('looks at the last fourteen active days only', () => {
    const days = Array.from({ length: 20 }, (_, index) => day(index + 2, index < 14 ? 10n : 1_000n)).flat()
    expect(burnOf(days, 1n, NOON)?.usualHour).toBe(10n)
  })
})

describe('the word of a program', () => {
  const said = (output: string, code = 0) => verdictOf({ ended: 'exit', code, output }, { program: 'judge', timeoutMs: 2_000 })
  it('is taken as it is', () => {
    expect(said('hm\n{"verdict":"allow","ceiling":"half"}\n')).toMatchObject({ verdict: 'allow', ceiling: 'half' })
    expect(said('{"verdict":"ask","because":"too\\n late"}')).toMatchObject({ verdict: 'ask', ceiling: 'full', because: 'too late' })
  })
  it.each([['nothing', ''], ['no JSON', 'yes'], ['another word', '{"verdict":"maybe"}'], ['another ceiling', '{"verdict":"allow","ceiling":"most"}'], ['half an object', '{"verdict":']])('denies when it says %s', (_, output) => {
    expect(said(output)).toMatchObject({ verdict: 'deny', ceiling: 'zero' })
  })
  it('denies when it fails, hangs or is not there', () => {
    const all = [said('{"verdict":"allow"}', 1), verdictOf({ ended: 'deadline', output: '{"verdict":"allow"}' }, { program: 'judge', timeoutMs: 2_000 }), verdictOf({ ended: 'not_started', why: 'not_found', output: '' }, { program: 'judge', timeoutMs: 2_000 })]
    expect(all.map(each => each.verdict)).toEqual(['deny', 'deny', 'deny'])
    expect(all[1]?.because).toBe('the program judge did not answer within 2 s, so nothing is granted')
  })
  it('is asked about the request and nothing else', () => {
    expect(JSON.parse(questionText(question))).toEqual({ id: 'a', amount: '5.00', model: 'claude-opus-5-5', budgets: [], project: '/src/web', branch: 'main', agent: 'claude-code', account: '', session: 's' })
  })
})
