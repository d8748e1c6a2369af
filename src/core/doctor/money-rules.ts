// What has no price, and where our price and the client's own disagree.
import { usdShort } from '../money.ts'
import type { DoctorFacts, PricingFacts } from './facts.ts'
import { count, fine, judged, some, warning, type Finding } from './finding.ts'

export const pricingRules = (facts: DoctorFacts): readonly Finding[] => judged('pricing', 'prices', facts.pricing, pricing => [...unpriced(pricing), ...disagreements(pricing)])

function unpriced({ unpriced: models, card }: PricingFacts): readonly Finding[] {
  if (models.length === 0) return [fine('pricing.unpriced', 'Every model used has a price', `rate card ${card}`)]
  const responses = models.reduce((sum, each) => sum + each.responses, 0)
  return [warning('pricing.unpriced', {
    title: `${count(models.length, 'model has', 'models have')} no price`, detail: `${some(models.map(each => `${each.model} (${count(each.responses, 'response')})`))}. The cost of ${count(responses, 'response')} is unknown; every total that holds one shows "+".`,
    remedy: 'See which and why: `purser pricing diagnose`; after an update of purser: `purser pricing reprice`',
  })]
}

function disagreements({ disagreements: models }: PricingFacts): readonly Finding[] {
  if (models.length === 0) return [fine('pricing.disagreement', 'Our prices agree with the client\'s own')]
  return [warning('pricing.disagreement', {
    title: `${count(models.length, 'model costs', 'models cost')} something else by the client's own count`,
    detail: `${some(models.map(({ model, ours, client, perMille }) => `${model}: ours ${usdShort(ours)}, the client's ${usdShort(client)} (${percent(perMille)})`))}.`,
    remedy: 'Compare rate by rate: `purser pricing diagnose`, `purser pricing show`',
  })]
}

const percent = (perMille: number): string => `${perMille > 0 ? '+' : perMille < 0 ? '-' : ''}${Math.trunc(Math.abs(perMille) / 10)}.${Math.abs(perMille) % 10} %`
