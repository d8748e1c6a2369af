import { describe, expect, it } from 'vitest'
import { defaultConfigText } from '../../src/config/default-text.ts'
import { SECTIONS } from '../../src/config/keys.ts'
import { loadConfig } from '../../src/config/load.ts'

const load = (text: string, systemZone = 'UTC') => loadConfig(text, 'f', { systemZone, home: '/home/u' }).settings
const uncommented = (text: string): string => text.split('\n').map(line => line.replace(/^# (\[|[a-z_]+ = )/, '$1')).join('\n')

describe('defaultConfigText', () => {
  it('changes nothing but the zone it pins', () => {
    expect(load(defaultConfigText('Europe/Paris'), 'Asia/Tokyo')).toEqual({ ...load(''), zone: 'Europe/Paris' })
  })

  it('is a valid config still when every example is taken into use', () => {
    const settings = load(uncommented(defaultConfigText('Europe/Paris')))
    expect(settings.budgets.map(budget => budget.id)).toEqual(['web-daily'])
    expect(settings.notify.map(channel => channel.id)).toEqual(['desktop', 'ntfy'])
    expect(settings.external.map(source => `${source.id} ${source.kind}`)).toEqual(['provider-bill json', 'spending-hook evm'])
    expect(settings.logs).toEqual(load('').logs)
  })

  it('names every key of every table, in lines that fit a terminal', () => {
    const text = defaultConfigText('Europe/Paris')
    for (const { name, repeated, keys } of SECTIONS) {
      expect(text).toContain(repeated ? `# [[${name}]]` : `\n[${name}]`)
      for (const key of Object.keys(keys)) expect(text).toMatch(new RegExp(`^# ${key}( =|:)`, 'm'))
    }
    expect(text.split('\n').filter(line => line.length > 110)).toEqual([])
    expect(text.endsWith('\n') && !text.endsWith('\n\n')).toBe(true)
  })
})
