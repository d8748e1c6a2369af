// What the rate card says about models, and where it and the ledger disagree.
import type { Operations } from '../../api/control-plane.ts'
import type { ModelExplanation, RowText } from '../../core/pricing/explain.ts'
import { faint, strong, toned, type Line } from '../../core/text/line.ts'
import { layoutTable } from '../../core/text/table.ts'
import { exact, money, plural, short } from './figures.ts'
import { blocks, type View } from './view.ts'

/** One model in full; several as one table of the prices in force. */
export function renderPrices(answer: Operations['pricing.show']['out'], view: View): readonly Line[] {
  const [only, second] = answer.models
  const title: Line = [faint(`rate card ${answer.card}, USD per million tokens`)]
  if (!only) return [title, [faint('the card knows no such model')]]
  return second ? blocks([title], priceTable(answer.models, view)) : blocks([title], oneModel(only, view))
}

const PRICE_COLUMNS = [
  { title: 'INPUT', align: 'right' }, { title: 'OUTPUT', align: 'right' }, { title: 'CACHE READ', align: 'right' },
  { title: 'WRITE 5M', align: 'right', drop: 2 }, { title: 'WRITE 1H', align: 'right', drop: 1 },
] as const

const priceCells = ({ prices }: Pick<RowText, 'prices'>): readonly string[] => [prices.input, prices.output, prices.cacheRead ?? '–', prices.cacheWrite5m ?? '–', prices.cacheWrite1h ?? '–']

function priceTable(models: readonly ModelExplanation[], view: View): readonly Line[] {
  return layoutTable({
    width: view.columns, columns: [{ title: 'MODEL', shrinkTo: 20 }, ...PRICE_COLUMNS],
    rows: models.map(model => {
      const row = model.known ? model.rows.find(candidate => candidate.inForce) : undefined
      return [strong(model.known ? model.id : model.model), ...(row ? priceCells(row) : [toned('warn', model.known ? 'no rate now' : 'unknown')])]
    }),
  })
}

function oneModel(model: ModelExplanation, view: View): readonly Line[] {
  if (!model.known) return [[toned('warn', `${model.model} is not in rate card ${model.card}`)], [faint('its tokens are counted, its cost is not; totals show a + until the card learns it')]]
  const via = model.how === 'exact' ? '' : ` (${model.model}, by ${model.how === 'alias' ? 'alias' : 'its name without prefixes and dates'})`
  return blocks(
    [[strong(model.id), faint(`${via}  ${model.vendor}`)]],
    layoutTable({
      width: view.columns, columns: [{ title: 'WHEN' }, ...PRICE_COLUMNS],
      rows: model.rows.flatMap(row => [
        [row.inForce ? strong(spanText(row)) : faint(spanText(row)), ...priceCells(row)],
        ...row.longPrompts.map(tier => [faint(`  prompts above ${short(tier.above)}`), ...priceCells(tier)]),
      ]),
    }),
    model.modifiers.map((modifier): Line => [`${modifier.kind} `, faint(`× ${modifier.times}${modifier.inForce ? '' : ' (not in force)'}`)]),
    [...new Set(model.rows.map(row => row.source))].map((source): Line => [faint(`source ${source}`)]),
  )
}

function spanText({ from, to, hours }: RowText): string {
  const day = (iso: string | undefined): string => iso?.slice(0, 10) ?? ''
  const span = from === undefined && to === undefined ? 'always' : to === undefined ? `since ${day(from)}` : from === undefined ? `until ${day(to)}` : `${day(from)} to ${day(to)}`
  return hours === undefined ? span : `${span}, ${hours}`
}

export function renderDiagnosis(answer: Operations['pricing.diagnose']['out'], view: View): readonly Line[] {
  if (answer.unpriced.length === 0 && answer.disagreements.length === 0) return [[toned('good', '✓ '), `everything is priced (rate card ${answer.card}), and the clients agree`]]
  return blocks(
    answer.unpriced.length === 0 ? [] : [
      [strong('No price yet'), faint(`  rate card ${answer.card}; tokens are kept, cost is unknown, totals show a +`)],
      ...layoutTable({
        width: view.columns, indent: 2, columns: [{ title: 'MODEL', shrinkTo: 20 }, { title: 'RESPONSES', align: 'right' }, { title: 'TOKENS', align: 'right' }],
        rows: answer.unpriced.map(model => [model.model === '' ? faint('(the log names none)') : model.model, exact(model.responses), exact(model.tokens)]),
      }),
      [faint('  a newer card may know it; then: '), 'purser pricing reprice'],
    ],
    answer.disagreements.length === 0 ? [] : [
      [strong('The client says otherwise'), faint('  by more than 1 %')],
      ...layoutTable({
        width: view.columns, indent: 2, columns: [{ title: 'MODEL', shrinkTo: 20 }, { title: 'OURS', align: 'right' }, { title: "CLIENT'S", align: 'right' }, { title: 'OFF BY', align: 'right' }],
        rows: answer.disagreements.map(model => [model.model, money(model.ourCost), money(model.clientCost), `${model.percent} %`]),
      }),
    ],
  )
}

export function renderRepriced(answer: Operations['pricing.reprice']['out']): readonly Line[] {
  return [
    [answer.repriced === 0 ? 'nothing was waiting for a price that the card now knows' : `${plural(answer.repriced, 'response')} priced: ${money(answer.cost)}`],
    ...(answer.stillUnpriced > 0 ? [[toned('warn', `${plural(answer.stillUnpriced, 'response')} still without a price; see: purser pricing diagnose`)]] : []),
  ]
}
