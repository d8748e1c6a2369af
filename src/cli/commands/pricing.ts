// `purser pricing show|diagnose|reprice`.
import { answer } from '../answer.ts'
import { command } from '../command.ts'
import { EXIT_DONE, EXIT_FINDINGS } from '../context.ts'
import { renderDiagnosis, renderPrices, renderRepriced } from '../render/pricing.ts'

export const pricingShow = command({
  operands: { model: { value: 'MODEL', about: 'a model as logs name it; left out: every model seen', optional: true } }, options: {}, json: true,
  examples: [['purser pricing show', 'the prices in force'], ['purser pricing show claude-sonnet-4-5', 'one model: every price it had, long prompts, modifiers, sources']],
  async run(context, given) {
    const { model } = given.operands
    await answer(context, given, await context.plane().call('pricing.show', model === undefined ? {} : { model }), renderPrices)
    return EXIT_DONE
  },
})

export const pricingDiagnose = command({
  operands: {}, options: {}, json: true,
  examples: [['purser pricing diagnose', 'what has no price, where clients report another; exits 5 if anything']],
  async run(context, given) {
    const found = await context.plane().call('pricing.diagnose', {})
    await answer(context, given, found, renderDiagnosis)
    return found.unpriced.length > 0 || found.disagreements.length > 0 ? EXIT_FINDINGS : EXIT_DONE
  },
})

export const pricingReprice = command({
  operands: {}, options: {}, json: true,
  examples: [['purser pricing reprice', 'price what had no price; what is priced never changes']],
  async run(context, given) {
    await answer(context, given, await context.plane().call('pricing.reprice', {}), renderRepriced)
    return EXIT_DONE
  },
})
