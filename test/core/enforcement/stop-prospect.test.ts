import { describe, expect, it } from 'vitest'
import { stopProspect, type StopFacts } from '../../../src/core/enforcement/stop-prospect.ts'

const says = (over: Partial<StopFacts>): string => stopProspect({ agent: 'claude-code', hooks: 'heard', armed: true, signals: true, pid: 41, because: '', ...over })

describe('what a stop will come to', () => {
  it('promises a signal only when armed and proven', () => {
    expect(says({})).toBe('this session will be refused by hooks and stopped: its process (pid 41) is proven')
    expect(says({ armed: false })).toBe('purser is not armed: this session will be refused by hooks and not signalled; arm with: purser arm')
    expect(says({ pid: null, because: 'no process of it is known' })).toBe('its process is not proven (no process of it is known): this session will be refused by hooks and not signalled')
    expect(says({ armed: false, signals: false })).toContain('signals are not sent on this system')
  })
  it('promises a refusal only of a session whose hooks were heard', () => {
    expect(says({ hooks: 'unheard' })).toBe('this session will be stopped: its process (pid 41) is proven; hooks refuse it too if it began after they were installed')
    expect(says({ hooks: 'unheard', armed: false })).toBe('purser is not armed: only hooks can refuse this session, if it began after they were installed; none was heard of it yet; arm with: purser arm')
    expect(says({ hooks: 'unheard', pid: null, because: 'two candidates' })).toBe('its process is not proven (two candidates): only hooks can refuse this session, if it began after they were installed; none was heard of it yet')
  })
  it('says that nothing will stop it where nothing can, and what to type', () => {
    expect(says({ hooks: 'absent' })).toBe('this session will be stopped: its process (pid 41) is proven; hooks are not installed')
    expect(says({ hooks: 'absent', armed: false })).toBe('purser is not armed and hooks are not installed, so nothing will stop this session; arm with: purser arm')
    expect(says({ hooks: 'absent', pid: null, because: 'no process of it is known' })).toBe('its process is not proven (no process of it is known) and hooks are not installed, so nothing will stop this session; for sessions that begin later: purser hooks install')
    expect(says({ hooks: 'none', agent: 'pi', armed: false })).toBe('purser is not armed: pi has no hooks, so nothing will stop this session; arm with: purser arm')
    expect(says({ hooks: 'none', agent: 'pi' })).toBe('this session will be stopped: its process (pid 41) is proven')
  })
})
