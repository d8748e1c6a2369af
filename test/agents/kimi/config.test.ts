import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CONFIG_JSON, CONFIG_TOML, cwdOf, modelOf, PROJECTS } from '../../../src/agents/kimi/config.ts'
import type { Opening } from '../../../src/core/sessions/log-source.ts'
import { md5 } from '../../../src/agents/kimi/md5.ts'

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/kimi/cli-1/${name}`, import.meta.url), 'utf8')
const opening = (companions: Opening['companions'], project = md5('/home/dev/web')): Opening =>
  ({ place: { session: 's', subagent: '' }, path: `${project}/s/wire.jsonl`, root: '/r', memory: null, companions })

describe('the folder of a session', () => {
  it('is the one whose digest names the session\'s folder', () => {
    expect(cwdOf(opening({ [PROJECTS]: fixture('kimi.json') }))).toBe('/home/dev/web')
    expect(cwdOf(opening({ [PROJECTS]: fixture('kimi.json') }, md5('/home/dev/api')))).toBe('/home/dev/api')
  })

  it('is unknown where it is not registered, on another machine, or the registry cannot be read', () => {
    for (const [registry, project] of [[fixture('kimi.json'), md5('/elsewhere')], [fixture('kimi.json'), `ssh_${md5('/home/dev/web')}`], ['{"work_dirs":7}', undefined], ['{', undefined], [null, undefined], ['{"work_dirs":[null,{"path":5}]}', undefined]] as const) {
      expect(cwdOf(opening({ [PROJECTS]: registry }, project))).toBe('')
    }
  })
})

describe('the model of a session', () => {
  it('is what the default model\'s name stands for', () => {
    expect(modelOf(opening({ [CONFIG_TOML]: fixture('config.toml') }))).toBe('kimi-k2.5')
    expect(modelOf(opening({ [CONFIG_TOML]: fixture('config.toml').replace('default_model = "kimi-for-coding"', 'default_model = \'other one\'') }))).toBe('gpt-5')
    expect(modelOf(opening({ [CONFIG_TOML]: null, [CONFIG_JSON]: JSON.stringify({ default_model: 'k', models: { k: { provider: 'p', model: 'kimi-k2-turbo-preview' } } }) }))).toBe('kimi-k2-turbo-preview')
  })

  it('is the name itself where nothing says what it stands for, and unknown where there is none', () => {
    expect(modelOf(opening({ [CONFIG_TOML]: 'default_model = "m"\n[models.other]\nmodel = "x"' }))).toBe('m')
    expect(modelOf(opening({ [CONFIG_JSON]: '{"default_model":"m"}' }))).toBe('m')
    for (const toml of ['', '[models.a]\nmodel = "x"', 'default_model = 5', '[section]\ndefault_model = "m"']) expect(modelOf(opening({ [CONFIG_TOML]: toml })), toml).toBe('')
  })
})
