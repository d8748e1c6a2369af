import { describe, expect, it } from 'vitest'
import { billingAt, CONFIG, configuredTier, tierOf } from '../../../src/agents/codex/tier.ts'
import { instant } from '../../../src/core/time.ts'

const written = instant(1_795_000_000_000), later = instant(written + 1), before = instant(written - 1)
const configured = (text: string | null) => configuredTier({ companions: { [CONFIG]: text }, companionTimes: { [CONFIG]: text === null ? null : written } })

describe('the price list of a turn', () => {
  it('is priority while the config says fast, for what happened since it was written', () => {
    const fast = configured('model = "gpt-5.5"\nservice_tier = "fast"\n')
    expect(billingAt(null, fast, later).tier).toBe('priority')
    expect(billingAt(null, fast, before).tier).toBe('standard')
  })

  it('is what the record itself names, whatever the config says', () => {
    expect(billingAt('standard', configured('service_tier = "fast"'), later).tier).toBe('standard')
    expect(billingAt('priority', null, before).tier).toBe('priority')
  })

  it('is never taken from a profile, a comment, an unknown word or an absent config', () => {
    for (const text of ['[profiles.x]\nservice_tier = "fast"', '# service_tier = "fast"', 'service_tier = "ludicrous"', 'my_service_tier = "fast"', '', null]) {
      expect(billingAt(null, configured(text), later).tier, String(text)).toBe('standard')
    }
    expect(tierOf('flex')).toBe('batch')
  })
})
