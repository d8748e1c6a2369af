// `purser quota`: every quota window that is known, who said so and when, and when it runs out.
import { answer } from '../answer.ts'
import { command } from '../command.ts'
import { EXIT_DONE } from '../context.ts'
import { renderQuotaForecast } from '../render/quota-forecast.ts'

export const quota = command({
  operands: {}, options: {}, json: true,
  examples: [['purser quota', 'how full each quota is, who said so, and when it runs out']],
  notes: ['A forecast needs ten minutes of use; it never stops or moves anything.'],
  async run(context, given) {
    await answer(context, given, await context.plane().call('quota', {}), (found, view) => renderQuotaForecast(found, { ...view, rowsMax: Infinity }))
    return EXIT_DONE
  },
})
