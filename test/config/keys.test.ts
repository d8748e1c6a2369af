import { describe, expect, it } from 'vitest'
import { explain } from '../../src/config/explain.ts'
import { ACCOUNT_KEYS, BUDGET_KEYS, CHANNEL_KEYS, ENFORCEMENT_KEYS, LOGS_KEYS, NOTIFY_KEYS, RETENTION_KEYS, SECTIONS, TOP_KEYS, type Keys } from '../../src/config/keys.ts'
import { EXTERNAL_KEYS, EXTERNAL_KINDS, type ExternalKind } from '../../src/config/external-keys.ts'
import { loadConfig } from '../../src/config/load.ts'
import { literal } from '../../src/config/parse.ts'
import type { ChannelKind } from '../../src/core/machine/channel-settings.ts'

const ALL: readonly { readonly name: string; readonly keys: Keys }[] = [{ name: '', keys: TOP_KEYS }, ...SECTIONS]
const each = ALL.flatMap(({ name, keys }) => Object.entries(keys).map(([key, one]) => ({ where: name === '' ? key : `${name}.${key}`, section: name, key, one })))
const load = (text: string) => loadConfig(text, 'f', { systemZone: 'UTC', home: '/home/u' })
const settingsText = (text: string): string => JSON.stringify(load(text).settings, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))

/** A small file in which a key may stand, without and with it. */
function files(section: string, key: string, value: string): readonly [string, string] {
  const line = `${key} = ${value}\n`
  if (section === '') return ['', line]
  if (section === 'budget') {
    // An estimate is of what hooks reserve.
    const beside = key === 'estimate' ? 'reserve = "hooks"\n' : ''
    const base = `[[budget]]\n${key === 'id' ? '' : 'id = "base"\n'}${key === 'limit' ? '' : 'limit = 1\n'}${beside}`
    return [`[[budget]]\nid = "base"\nlimit = 1\n${beside}`, base + line]
  }
  if (section === 'account') {
    const base = `[[account]]\n${key === 'id' ? '' : 'id = "base"\n'}${key === 'home' ? '' : 'home = "~/.base"\n'}`
    return ['[[account]]\nid = "base"\nhome = "~/.base"\n', base + line]
  }
  if (section === 'session') {
    const base = `[[session]]\n${key === 'name' ? '' : 'name = "base"\n'}${key === 'project' ? '' : 'project = "/base"\n'}`
    return ['[[session]]\nname = "base"\nproject = "/base"\n', base + line]
  }
  if (section === 'external') {
    const kind = (key === 'kind' ? 'csv' : (Object.keys(EXTERNAL_KINDS) as ExternalKind[]).find(name => EXTERNAL_KINDS[name].takes.includes(key as never))) ?? 'json'
    const source = kind === 'evm' || key === 'command' || key === 'file' ? '' : 'file = "/b"\n'
    const needs = (over: readonly string[]): string => EXTERNAL_KINDS[kind].needs.filter(name => !over.includes(name)).map(name => `${name} = ${EXTERNAL_KEYS[name].example}\n`).join('')
    const base = (...over: readonly string[]): string => `[[external]]\n${over.includes('id') ? '' : 'id = "base"\n'}${over.includes('kind') ? '' : `kind = "${kind}"\n`}${source}${needs(over)}`
    // What a table cannot do without is compared with no table at all.
    const needed = ['id', 'kind', 'command', 'file', ...EXTERNAL_KINDS[kind].needs].includes(key)
    return [needed ? '' : base(), base(key) + line]
  }
  if (section !== 'notify') return ['', `[${section}]\n${line}`]
  const channel = (Object.keys(CHANNEL_KEYS) as ChannelKind[]).find(name => [...CHANNEL_KEYS[name].needs, ...CHANNEL_KEYS[name].may, 'min_level'].includes(key)) ?? 'desktop'
  const base = (with_: readonly string[]) => `[[notify]]\n${key === 'channel' ? '' : `channel = "${channel}"\n`}${with_.map(name => `${name} = ${NOTIFY_KEYS[name as keyof typeof NOTIFY_KEYS].example}\n`).join('')}`
  const { needs } = CHANNEL_KEYS[key === 'channel' ? 'desktop' : channel]
  return [key === 'channel' || needs.includes(key) ? '' : base(needs), base(needs.filter(name => name !== key)) + line]
}

describe('every key', () => {
  it.each(each)('$where reads its own example, and its default', ({ one }) => {
    expect(one.read(literal(one.example))).toHaveProperty('value')
    if (one.fallback !== null && one.fallback !== '') expect(one.read(literal(one.fallback))).toHaveProperty('value')
    expect(one.says).toMatch(/[.:]$|\.$/)
  })

  it.each(each)('$where has a reader: writing it changes the settings, and config show says that it stands in the file', ({ section, key, one }) => {
    const [without, written] = files(section, key, one.example)
    expect(settingsText(written)).not.toBe(settingsText(without))
    const rows = explain(load(written)).filter(row => row.from === 'file').map(row => row.key.split('.').at(-1))
    // An ntfy topic is shown as part of the url it makes.
    expect(rows).toContain(key === 'topic' ? 'url' : key)
  })

  it.each(each.filter(({ one }) => one.fallback !== null && one.fallback !== ''))('$where is the same left out and written as its documented default', ({ section, key, one }) => {
    const [without, written] = files(section, key, one.fallback ?? '')
    expect(settingsText(written)).toBe(settingsText(without))
  })

  it('is called by one name and other words that mean nothing else in its table', () => {
    for (const { name, keys } of ALL) {
      const words = Object.entries(keys).flatMap(([key, one]) => [key, ...(one.also ?? [])])
      expect(words.filter((word, position) => words.indexOf(word) !== position), name).toEqual([])
    }
  })
})

describe('channels', () => {
  it('take keys that exist, and every notify key is taken by one', () => {
    const taken = new Set(Object.values(CHANNEL_KEYS).flatMap(({ needs, may }) => [...needs, ...may]))
    expect([...taken, 'channel', 'min_level'].toSorted()).toEqual(Object.keys(NOTIFY_KEYS).toSorted())
  })
})

describe('the table', () => {
  it('holds what this release reads, and nothing else', () => {
    expect([TOP_KEYS, LOGS_KEYS, BUDGET_KEYS, ACCOUNT_KEYS, NOTIFY_KEYS, ENFORCEMENT_KEYS, RETENTION_KEYS].map(keys => Object.keys(keys).join(' '))).toEqual([
      'zone', 'roots allow_outside_home max_files sweep warn_growth',
      'id project branch session agent account node per window zone limit on_breach fail_mode unpriced hard reserve estimate grace thresholds',
      'id home agent role organisation unattended',
      'channel min_level url topic token secret chat command', 'sigkill save_work', 'audit_days',
    ])
  })
})
