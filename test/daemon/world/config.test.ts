import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Environment } from '../../../src/core/sessions/agent-adapter.ts'
import { instant } from '../../../src/core/time.ts'
import { checkConfig, contextOf, editBudget, explainConfig, openConfig, openConfigToAnswer, withoutBudget, writeFirstConfig } from '../../../src/daemon/world/config.ts'
import { tempHome, type TempHome } from '../../support/home.ts'
import { NOON } from '../../support/open-world.ts'

describe('the configuration on this machine', () => {
  let home: TempHome
  let environment: Environment
  let file: string
  beforeEach(() => {
    home = tempHome('config')
    environment = { home: home.path, platform: 'linux', variables: { HOME: home.path } }
    file = path.join(home.path, 'config.toml')
  })
  afterEach(() => home.remove())

  it('is written once, commented and without a problem, and never over one that exists', () => {
    expect(writeFirstConfig(file, environment)).toBe(true)
    const text = readFileSync(file, 'utf8')
    expect(text).toContain('#')
    expect(checkConfig(file, environment)).toMatchObject({ exists: true, budgets: 0, problems: [] })
    expect([writeFirstConfig(file, environment), readFileSync(file, 'utf8')]).toEqual([false, text])
  })

  it('takes its zone from this machine, its home and variables from the environment that is given', () => {
    expect(contextOf(environment)).toEqual({ systemZone: Intl.DateTimeFormat().resolvedOptions().timeZone, home: home.path, environment: environment.variables })
  })

  it('gets a budget in its own keys, keeps what is not named, and loses it again', () => {
    const once = editBudget('# mine\n', { id: 'web', project: '~/src/web', limit: '20', onBreach: 'deny', failMode: 'closed' }, file, environment)
    expect(once).toMatch(/^# mine\n[\s\S]*id = "web"[\s\S]*on_breach = "deny"[\s\S]*fail_mode = "closed"/)
    const twice = editBudget(once, { id: 'web', limit: '5', onBreach: '' }, file, environment)
    expect(twice).toMatch(/limit = "5(\.00)?"/)
    expect(twice).not.toContain('on_breach')
    expect(twice).toContain('fail_mode')
    expect(withoutBudget(twice, 'web', file, environment)).not.toContain('web')
  })

  it('is checked as it is on disk, with every problem, its line and what to type', () => {
    expect(checkConfig(file, environment)).toMatchObject({ file, exists: false, problems: [] })
    writeFileSync(file, 'zone = "UTC"\n[[budget]]\nid = "a"\nlimmit = "20"\n[logs]\nsweep = "soon"\n')
    const { problems, version } = checkConfig(file, environment)
    expect(version).toBe('')
    expect(problems.map(({ line }) => line).sort()).toEqual(expect.arrayContaining([4, 6]))
    expect(problems.find(({ line }) => line === 4)).toMatchObject({ key: expect.stringContaining('limmit') as string, message: expect.stringContaining('limit') as string })
    writeFileSync(file, 'zone = \n')
    expect(checkConfig(file, environment).problems).toHaveLength(1)
  })

  it('lets a command answer although the file is damaged, and a daemon never start on it', () => {
    writeFileSync(file, 'zone = "Nowhere"\n')
    const now = () => instant(NOON)
    expect(() => openConfig(file, environment, now)).toThrow('Nowhere')
    const answering = openConfigToAnswer(file, environment, now)
    expect(answering.current()).toMatchObject({ problem: expect.stringContaining('Nowhere') as string, settings: { budgets: [] } })
    expect(() => answering.edit(text => text)).toThrow('Nowhere')
    writeFileSync(file, '')
    expect(openConfigToAnswer(file, environment, now).current().problem).toBeNull()
  })

  it('throws what is no problem of the text', () => {
    expect(() => checkConfig(home.path, environment)).toThrow(home.path)
  })

  it('explains every value with where it comes from', () => {
    writeFileSync(file, '[logs]\nmax_files = 7\n')
    const values = explainConfig(openConfig(file, environment, () => instant(NOON)))
    expect(values.find(({ key }) => key === 'logs.max_files')).toMatchObject({ value: '7', from: expect.stringMatching(/line 2$/) as string })
    expect(values.find(({ key }) => key === 'logs.sweep')?.from).not.toContain('line')
    expect(existsSync(file)).toBe(true)
  })
})
