// Reads data/rates/overlay.json strictly: an unknown key, a missing source or a price that is no decimal text is an
// error that names the model and the key. Also holds the two conversions every price goes through.

const MODEL_KEYS = ['id', 'vendor', 'aliases', 'replaces', 'source', 'rows']
const PRICE_KEYS = ['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h']
const ROW_KEYS = ['from', 'to', 'hours', 'weekdaysOnly', 'source', 'webSearch', 'tiers', ...PRICE_KEYS]
const MODIFIER_KEYS = ['kind', 'times', 'models', 'vendor', 'from', 'to', 'source']
const MODIFIER_KIND = /^(?:fast|batch|priority|regional|geo:[a-z]{2})$/

/** USD per million tokens -> pico-USD per token; the same factor turns USD per 1000 requests into nano-USD per request. */
export function pico(text, where) {
  const match = typeof text === 'string' ? /^(\d{1,6})(?:\.(\d+))?$/.exec(text) : null
  if (!match) throw new Error(`${where}: ${JSON.stringify(text)} is not a price; write decimal text in quotes, such as "0.125"`)
  const fraction = (match[2] ?? '').replace(/0+$/, '')
  if (fraction.length > 6) throw new Error(`${where}: ${text} has more than six decimals, which no whole number of pico-USD per token can hold`)
  return Number(BigInt(match[1]) * 1_000_000n + BigInt(fraction.padEnd(6, '0')))
}

/** `2026-03-13` or a full UTC instant, kept as text; null stays open. */
export function dateText(value, where) {
  if (value === undefined || value === null) return null
  if (!/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ)?$/.test(value) || Number.isNaN(Date.parse(value))) throw new Error(`${where}: "${value}" is not a date; write 2026-03-13 or 2026-03-13T08:00:00Z`)
  return value
}

export function readOverlay(overlay) {
  expectKeys(overlay, ['about', 'asOf', 'sources', 'models', 'aliases', 'modifiers'], 'overlay.json')
  if (!/^\d{4}-\d\d-\d\d$/.test(overlay.asOf)) throw new Error('overlay.json asOf: write the day of the last edit as 2026-11-21')
  const source = (key, where) => {
    if (!Object.hasOwn(overlay.sources, key ?? '')) throw new Error(`${where}: source "${key}" is not one of the keys under "sources"; every row needs one`)
    return overlay.sources[key]
  }
  return {
    asOf: overlay.asOf,
    models: overlay.models.map(model => readModel(model, source)),
    aliases: overlay.aliases.map(alias => readAlias(alias)),
    modifiers: overlay.modifiers.map((modifier, index) => readModifier(modifier, source, `overlay.json modifiers[${index}]`)),
  }
}

function readModel(model, source) {
  const where = `overlay.json model ${model.id}`
  expectKeys(model, MODEL_KEYS, where)
  if (typeof model.vendor !== 'string' || !Array.isArray(model.rows) || model.rows.length === 0) throw new Error(`${where}: needs vendor and at least one row`)
  return {
    id: model.id, vendor: model.vendor, aliases: model.aliases ?? [], replaces: model.replaces === true,
    rows: model.rows.map((row, index) => {
      const at = `${where} rows[${index}]`
      expectKeys(row, ROW_KEYS, at)
      return {
        from: dateText(row.from, `${at} from`), to: dateText(row.to, `${at} to`), hours: hoursOf(row, at),
        source: source(row.source ?? model.source, at), search: row.webSearch === undefined ? null : pico(row.webSearch, `${at} webSearch`),
        rates: ratesOf(row, at), tiers: (row.tiers ?? []).map(tier => tierOf(tier, at)),
      }
    }),
  }
}

function readAlias(alias) {
  expectKeys(alias, ['alias', 'model', 'source'], `overlay.json alias ${alias.alias}`)
  if (!alias.source) throw new Error(`overlay.json alias ${alias.alias}: say in "source" why the two are the same model`)
  return alias
}

function readModifier(modifier, source, where) {
  expectKeys(modifier, MODIFIER_KEYS, where)
  if (!MODIFIER_KIND.test(modifier.kind)) throw new Error(`${where}: kind "${modifier.kind}" is not one of fast, batch, priority, regional, geo:xx`)
  if ((modifier.models === undefined) === (modifier.vendor === undefined)) throw new Error(`${where}: name either models or a vendor`)
  const millionths = pico(modifier.times, `${where} times`)
  if (millionths === 0) throw new Error(`${where}: times is zero; nothing is free by a modifier`)
  const divisor = greatestCommonDivisor(millionths, 1_000_000)
  return {
    kind: modifier.kind, numerator: millionths / divisor, denominator: 1_000_000 / divisor, source: source(modifier.source, where),
    from: dateText(modifier.from, `${where} from`), to: dateText(modifier.to, `${where} to`), models: modifier.models ?? null, vendor: modifier.vendor ?? null,
  }
}

function ratesOf(row, where) {
  for (const key of ['input', 'output']) if (row[key] === undefined) throw new Error(`${where}: "${key}" is missing`)
  return PRICE_KEYS.map(key => (row[key] === undefined ? null : pico(row[key], `${where} ${key}`)))
}

function tierOf(tier, where) {
  expectKeys(tier, ['above', ...PRICE_KEYS], `${where} tier`)
  if (!Number.isSafeInteger(tier.above) || tier.above <= 0) throw new Error(`${where} tier: "above" is the largest prompt of the lower tier, a whole number of tokens`)
  return { above: tier.above, rates: ratesOf(tier, `${where} tier above ${tier.above}`) }
}

function hoursOf(row, where) {
  if (row.hours === undefined) return null
  const [from, to] = row.hours.map(text => minuteOfDay(text, where))
  if (!(from < to)) throw new Error(`${where}: hours must run forward within one UTC day`)
  return { from, to, weekdaysOnly: row.weekdaysOnly === true }
}

export function minuteOfDay(text, where) {
  const match = /^(\d\d):(\d\d)(?::00)?Z?$/.exec(text)
  if (!match || Number(match[1]) > 24 || Number(match[2]) > 59) throw new Error(`${where}: "${text}" is not a UTC time of day such as 01:00`)
  return Number(match[1]) * 60 + Number(match[2])
}

function expectKeys(object, allowed, where) {
  for (const key of Object.keys(object)) if (!allowed.includes(key)) throw new Error(`${where}: unknown key "${key}"; known keys are ${allowed.join(', ')}`)
}

const greatestCommonDivisor = (a, b) => (b === 0 ? a : greatestCommonDivisor(b, a % b))
