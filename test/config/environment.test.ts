import { describe, expect, it } from 'vitest'
import { OVERRIDES, overridden } from '../../src/config/environment.ts'
import type { Problem } from '../../src/config/problems.ts'

describe('overridden', () => {
  it('knows a variable for each key that holds one value and stands in the file once', () => {
    expect(OVERRIDES.map(({ variable }) => variable)).toEqual(['PURSER_ZONE', 'PURSER_LOGS_ALLOW_OUTSIDE_HOME', 'PURSER_LOGS_MAX_FILES', 'PURSER_LOGS_SWEEP', 'PURSER_LOGS_WARN_GROWTH', 'PURSER_FAILOVER_MODE', 'PURSER_FAILOVER_COOLDOWN', 'PURSER_FAILOVER_RETURN_MARGIN', 'PURSER_FAILOVER_WAIT', 'PURSER_FAILOVER_MESSAGE', 'PURSER_POOL_PREFIX', 'PURSER_POOL_START_INDEX', 'PURSER_POOL_MIN', 'PURSER_POOL_MAX', 'PURSER_POOL_AGENT', 'PURSER_POOL_PROJECT', 'PURSER_TASKS_BUDGET', 'PURSER_TASKS_PER_PROJECT', 'PURSER_TASKS_PER_ACCOUNT', 'PURSER_TASKS_ATTEMPTS', 'PURSER_TASKS_TIMEOUT', 'PURSER_ENFORCEMENT_SIGKILL', 'PURSER_DEFAULTS_ALLOCATION', 'PURSER_RISK_TIMEOUT', 'PURSER_MCP_WRITE', 'PURSER_HTTP_PORT', 'PURSER_RETENTION_AUDIT_DAYS'])
  })

  it('takes none of the variables that name places', () => {
    expect(OVERRIDES.map(({ variable }) => variable)).not.toEqual(expect.arrayContaining(['PURSER_CONFIG', 'PURSER_STATE', 'PURSER_RUNTIME']))
    expect(overridden({ PURSER_CONFIG: '/x', PURSER_STATE: '/y' }, [])).toEqual([])
  })

  it.each([['true', true], ['1', true], ['false', false], ['0', false]])('reads %s as %s', (written, value) => {
    expect(overridden({ PURSER_ENFORCEMENT_SIGKILL: written }, [])).toEqual([{ section: 'enforcement', name: 'sigkill', value }])
  })

  it('collects what is wrong and goes on with the rest', () => {
    const problems: Problem[] = []
    expect(overridden({ PURSER_ENFORCEMENT_SIGKILL: 'yes', PURSER_ZONE: 'UTC', PURSER_LOGS_SWEEP: '' }, problems)).toEqual([{ section: '', name: 'zone', value: 'UTC' }])
    expect(problems.map(problem => problem.key)).toEqual(['PURSER_ENFORCEMENT_SIGKILL'])
  })
})
