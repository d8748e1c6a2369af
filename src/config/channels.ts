// A notify table: which keys its channel needs and takes, and the settings it makes.
import type { NotifySettings } from '../core/config/settings.ts'
import type { ChannelKind } from '../core/machine/channel-settings.ts'
import { CHANNEL_KEYS, NOTIFY_KEYS, type Values } from './keys.ts'
import type { Problem } from './problems.ts'
import { readTable, type FoundTable, type ReadTable } from './schema.ts'

export interface ReadChannel {
  readonly channel: NotifySettings | null
  readonly table: ReadTable<typeof NOTIFY_KEYS>
  readonly problems: readonly Problem[]
}

const COMMON = ['channel', 'min_level']

/** Reads one notify table. `counts` numbers the channels of a kind over the whole file, so that ids are unique. */
export function readChannel(found: FoundTable, counts: Map<string, number>): ReadChannel {
  const table = readTable(NOTIFY_KEYS, found)
  const { channel } = table.values
  if (channel === undefined) return { channel: null, table, problems: [] }
  const problems = [...wrongKeys(channel, table, found), ...withoutTopic(channel, table, found)]
  const number = (counts.get(channel) ?? 0) + 1
  counts.set(channel, number)
  if (problems.length > 0 || table.problems.length > 0) return { channel: null, table, problems }
  return { channel: settingsOf(channel, number === 1 ? channel : `${channel}-${number}`, table.values), table, problems }
}

function wrongKeys(channel: ChannelKind, { written }: ReadTable<typeof NOTIFY_KEYS>, found: FoundTable): readonly Problem[] {
  const { needs, may } = CHANNEL_KEYS[channel]
  const takes = [...COMMON, ...needs, ...may]
  const foreign = [...written].filter(([name]) => Object.hasOwn(NOTIFY_KEYS, name) && !takes.includes(name)).map(([name, word]) =>
    problem(found, word, `${word} means nothing to ${channel}`, `It takes: ${[...needs, ...may].length === 0 ? 'min_level only' : [...needs, ...may].join(', ')}; remove ${name}`))
  const missing = needs.filter(name => !written.has(name)).map(name =>
    problem(found, '', `${name} is missing, ${channel} cannot do without`, `Add below its header: ${name} = ${NOTIFY_KEYS[name as keyof typeof NOTIFY_KEYS].example}`))
  return [...foreign, ...missing]
}

/** ntfy takes a message to its bare address as well, and tells nobody. */
function withoutTopic(channel: ChannelKind, { values }: ReadTable<typeof NOTIFY_KEYS>, found: FoundTable): readonly Problem[] {
  if (channel !== 'ntfy' || values.url === undefined || values.topic !== undefined || new URL(values.url).pathname !== '/') return []
  return [problem(found, 'url', 'the url has no topic', `Write: topic = ${NOTIFY_KEYS.topic.example}`)]
}

const problem = (found: FoundTable, word: string, message: string, fix: string): Problem =>
  ({ ...found.map.placeOf(word === '' ? found.path : [...found.path, word]), where: found.where, key: word, message, fix })

const TELEGRAM_URL = 'https://api.telegram.org'

function settingsOf(channel: ChannelKind, id: string, values: Values<typeof NOTIFY_KEYS>): NotifySettings {
  const { url = '', token = '', chat = '', command = [], topic } = values
  const base = { id, minLevel: values.min_level ?? 'warn' } as const
  switch (channel) {
    case 'desktop': return { ...base, channel }
    case 'ntfy': return { ...base, channel, token, url: topic === undefined ? url : `${url.replace(/\/+$/, '')}/${encodeURIComponent(topic)}` }
    case 'telegram': return { ...base, channel, url: url === '' ? TELEGRAM_URL : url, token, chat }
    case 'slack': return { ...base, channel, url }
    case 'webhook': return { ...base, channel, url, token, secret: values.secret ?? '' }
    case 'command': return { ...base, channel, command }
  }
}
