// Which price list a turn was billed by. A record that names its tier is believed; else the config is, for what happened
// since it was last written: what it said before, nobody knows.
import type { Opening } from '../../core/sessions/log-source.ts'
import type { Instant } from '../../core/time.ts'
import { STANDARD_BILLING, type Billing } from '../../core/usage/usage-event.ts'

export const CONFIG = '../config.toml'

const TABLE = /^\s*\[/m
const SERVICE_TIER = /^\s*service_tier\s*=\s*["'](\w+)["']/m

export interface ConfiguredTier { readonly tier: Billing['tier']; readonly since: Instant }

/** The tier of the config's top level; null where it has none or is absent. What a profile or `-c` sets is not known. */
export function configuredTier({ companions, companionTimes }: Pick<Opening, 'companions' | 'companionTimes'>): ConfiguredTier | null {
  const text = companions[CONFIG] ?? '', since = companionTimes?.[CONFIG] ?? null
  const named = SERVICE_TIER.exec(text.slice(0, Math.max(0, firstTable(text))))?.[1]
  const tier = named === undefined ? null : tierOf(named)
  return tier === null || since === null ? null : { tier, since }
}

const firstTable = (text: string): number => {
  const at = text.search(TABLE)
  return at === -1 ? text.length : at
}

/** Codex calls OpenAI's priority processing `fast`. */
export function tierOf(name: string): Billing['tier'] | null {
  if (name === 'fast' || name === 'priority') return 'priority'
  if (name === 'flex') return 'batch'
  return name === 'default' || name === 'standard' || name === 'auto' ? 'standard' : null
}

export const billingAt = (named: Billing['tier'] | null, configured: ConfiguredTier | null, at: Instant): Billing => {
  const tier = named ?? (configured && configured.since <= at ? configured.tier : 'standard')
  return tier === 'standard' ? STANDARD_BILLING : { ...STANDARD_BILLING, tier }
}
