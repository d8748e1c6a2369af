// How the billing of a response is kept in one short column: '' for the ordinary case, else `fast,batch,us`.
import type { Billing } from '../core/usage/usage-event.ts'

export function billingText(billing: Billing): string {
  if (billing.speed === 'standard' && billing.tier === 'standard' && billing.geo === '') return ''
  return [billing.speed === 'fast' ? 'fast' : '', billing.tier === 'standard' ? '' : billing.tier, billing.geo === '' ? '' : `geo:${billing.geo}`]
    .filter(part => part !== '').join(',')
}

export function billingFrom(text: string, webSearches: number): Billing {
  const parts = text === '' ? [] : text.split(',')
  const tier = parts.includes('batch') ? 'batch' : parts.includes('priority') ? 'priority' : 'standard'
  const geo = parts.find(part => part.startsWith('geo:'))?.slice(4) ?? ''
  return { speed: parts.includes('fast') ? 'fast' : 'standard', tier, geo, webSearches }
}
