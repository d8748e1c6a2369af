import { describe, expect, it } from 'vitest'
import { logRules, retentionRules } from '../../../src/core/doctor/log-rules.ts'
import { DAY_MS } from '../../../src/core/time.ts'
import { aFlaw, ago, machine, UNKNOWN, wrongIn } from '../../support/healthy-machine.ts'

describe('logRules', () => {
  it.each([
    ['nothing', {}, []], ['no root', { roots: [], files: 0 }, ['log.roots warn']], ['a refused root', { refused: [{ path: '/srv/logs', why: 'outside your home' }] }, ['log.refused warn']],
    ['an unreadable file', { unreadable: [{ path: '/p/a b.jsonl', code: 'EACCES' }] }, ['log.unreadable warn']], ['a root that is not there', { unreadable: [{ path: '/nope', code: 'ENOENT' }] }, ['log.unreadable warn']], ['a link', { links: 2 }, ['log.links info']], ['waiting logs', { waiting: 40 }, ['log.waiting warn']],
    ['growth', { grown: ['/p/s.jsonl'] }, ['log.growth info']],
    ['a malformed line', { flaws: [aFlaw('malformed')] }, ['log.malformed warn']], ['an oversized line', { flaws: [aFlaw('oversized')] }, ['log.oversized warn']], ['a damaged count', { flaws: [aFlaw('damaged')] }, ['log.damaged warn']],
    ['a file that broke off', { flaws: [aFlaw('unreadable')] }, ['log.cut_off warn']], ['a quarantined file', { flaws: [aFlaw('quarantined')] }, ['log.quarantined error']],
    ['every kind of flaw', { flaws: (['malformed', 'oversized', 'damaged', 'quarantined'] as const).map(kind => aFlaw(kind)) }, ['log.malformed warn', 'log.oversized warn', 'log.damaged warn', 'log.quarantined error']],
    ['nothing known', UNKNOWN, ['log info']],
  ])('judges logs with %s', (_name, logs, wrong) => {
    expect(wrongIn(logRules(machine({ logs })))).toEqual(wrong)
  })

  it('counts lines and files apart and says where the first one is', () => {
    const flaws = [aFlaw('malformed', { occurrences: 3, why: 'not JSON' }), aFlaw('malformed', { path: '/q.jsonl', occurrences: 1 }), aFlaw('malformed', { generation: 1, occurrences: 2 })]
    const found = logRules(machine({ logs: { flaws } })).find(({ id }) => id === 'log.malformed')
    expect(found?.title).toBe('6 damaged lines in 2 logs were skipped')
    expect(found?.detail).toContain('First: not JSON, at byte 120.')
    expect(found?.remedy).toBe('See the first: `tail -c +121 /home/dev/.claude/projects/p/s.jsonl | head -n 1 | cut -c 1-200 | cat -v`')
  })

  it('quotes a path that a shell would take apart', () => {
    const found = logRules(machine({ logs: { flaws: [aFlaw('unreadable', { path: '/p/$(id) x.jsonl' })] } }))
    expect(found.find(({ id }) => id === 'log.cut_off')?.remedy).toContain('\'/p/$(id) x.jsonl\'')
  })
})

describe('retentionRules', () => {
  const retention = (days: number | null, problem = '') => [{ client: 'Claude Code', file: '/home/dev/.claude/settings.json', days, problem }]

  it.each([
    [null, '', []], [365, '', []], [30, '', []], [7, '', []], [6, '', ['log.retention warn']], [1, '', ['log.retention warn']], [0, '', ['log.retention error']], [-1, '', ['log.retention error']], [null, 'it is not JSON', ['log.retention warn']],
  ])('judges cleanupPeriodDays %s %s', (days, problem, wrong) => {
    expect(wrongIn(retentionRules(machine({ retention: retention(days, problem) })))).toEqual(wrong)
  })

  it('says which line to write into which file', () => {
    expect(retentionRules(machine({ retention: retention(0) }))[0]?.remedy).toContain('"cleanupPeriodDays": 365` in /home/dev/.claude/settings.json')
  })

  it.each([
    [null, 29, []], [null, 31, ['log.late warn']], [5, 6, ['log.retention warn', 'log.late warn']], [365, 40, ['log.late warn']],
  ])('with retention %s warns of logs last read %i days ago as the client may have deleted some: %j', (days, readDaysAgo, wrong) => {
    expect(wrongIn(retentionRules(machine({ retention: retention(days), logs: { caughtUpAt: ago(readDaysAgo * DAY_MS) } })))).toEqual(wrong)
  })

  it('says nothing of freshness before anything was read', () => {
    expect(wrongIn(retentionRules(machine({ logs: { caughtUpAt: null } })))).toEqual([])
    expect(wrongIn(retentionRules(machine({ logs: UNKNOWN })))).toEqual([])
  })
})
