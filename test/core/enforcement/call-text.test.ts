import { describe, expect, it } from 'vitest'
import { noSubagentText, notSentText, type NotSent } from '../../../src/core/enforcement/call-text.ts'
import { nanoUsd, parseUsd, ZERO_USD } from '../../../src/core/money.ts'

const not = (over: Partial<NotSent> = {}): NotSent => ({
  why: 'no_room', budget: { id: 'web', limit: parseUsd('1000'), estimate: '', unpriced: 'deny' }, left: parseUsd('3.1'), reserved: ZERO_USD,
  asked: { amount: parseUsd('10.56'), by: 'maximum' }, model: 'claude-opus-5-5', kept: [], ...over,
})

describe('a request that is not sent', () => {
  it('says how much is left, what it may cost and what to type', () => {
    expect(notSentText(not())).toBe('purser: budget web has $3.10 left, and the next request may cost up to $10.56 (claude-opus-5-5 with a full context and its longest answer), so the request is not sent. '
      + 'See: purser budget show web - give it more: purser budget top-up web --id more-1 --amount 10 - hold less: purser budget set web --limit 1000.00 --estimate p95')
  })

  it('says what others hold, and what a killed request holds', () => {
    const said = notSentText(not({ left: nanoUsd(0n), reserved: parseUsd('4'), kept: ['call-1'] }))
    expect(said).toContain('has nothing left, with $4.00 held for requests under way')
    expect(said).toContain('purser budget release --id call-1')
  })

  it('says that a model is not known yet, and how a first request may pass', () => {
    const said = notSentText(not({ asked: { amount: parseUsd('21.12'), by: 'dearest' } }))
    expect(said).toContain('which model answers is not known yet; that is the dearest')
    expect(said).toContain('unpriced = "warn"')
    expect(notSentText(not({ asked: { amount: parseUsd('21.12'), by: 'dearest' }, budget: { ...not().budget, unpriced: 'warn' } }))).not.toContain('unpriced')
  })

  it('offers an estimate only where there is none', () => {
    const said = notSentText(not({ asked: { amount: parseUsd('0.12'), by: 'p95' }, budget: { ...not().budget, estimate: 'p95' } }))
    expect(said).toContain('95 of 100 requests of this session cost up to $0.12')
    expect(said).not.toContain('--estimate')
  })

  it('names the model that nobody can price, and the budget that is closed', () => {
    expect(notSentText(not({ why: 'unpriced', asked: null, model: 'odd-1' }))).toBe('purser: what odd-1 costs is not known, and budget web lets nothing pass that it cannot price, so the request is not sent. See: purser pricing diagnose - or let it pass: unpriced = "warn" (purser config edit)')
    expect(notSentText(not({ why: 'closed', asked: null }))).toBe('purser: budget web is closed, so the request is not sent. Open it again: purser budget reopen web')
  })

  it('tells a model that wants a subagent what it can do itself, and never how to raise a budget', () => {
    expect(noSubagentText(not())).toContain('so no subagent is started. Do it yourself in small steps')
    expect(noSubagentText(not({ kept: ['call-1'] }))).not.toContain('purser budget')
  })
})
