// Merges snapshot and overlay into the card's compact tuples and writes them as TypeScript. Deterministic: same two
// files, same bytes. Upstream's prefix and substring rules become exact names here; nothing fuzzy reaches the card.
import { minuteOfDay, pico, readOverlay } from './overlay.mjs'
import { sha256 } from './snapshot.mjs'

// Models that also bill these columns draw or speak: their text rate alone would understate a response.
const OTHER_UNITS = ['output_image_mtok', 'output_audio_mtok', 'output_video_mtok', 'input_image_mtok']
const COLUMNS = ['input_mtok', 'output_mtok', 'cache_read_mtok', 'cache_write_mtok', 'cache_write_1h_mtok']
const LINE_MAX = 400 // characters; one model per line would be 300 lines that nobody reads

export function compileCard(snapshot, overlayJson) {
  const overlay = readOverlay(overlayJson)
  const models = new Map()
  for (const [provider, list] of Object.entries(snapshot.providers)) {
    for (const model of list) addSnapshotModel(models, { snapshot, provider, model, replaced: overlay.models.some(own => own.replaces && own.id === model.id.toLowerCase()) })
  }
  for (const own of overlay.models) addOverlayModel(models, own)
  assignAliases(models, overlay.aliases)
  for (const model of models.values()) checkRows(model)
  return encode({ models, modifiers: overlay.modifiers, asOf: overlay.asOf, snapshot })
}

function addSnapshotModel(models, { snapshot, provider, model, replaced }) {
  const id = model.id.toLowerCase()
  const conditional = Array.isArray(model.prices) ? model.prices : [{ prices: model.prices }]
  if (conditional.some(({ prices }) => OTHER_UNITS.some(key => prices[key] !== undefined))) return
  if (id.startsWith('ft:') || id.includes('.ft-')) return // fine-tunes are matched by prefix upstream; we match names
  if (models.has(id)) throw new Error(`snapshot: ${id} is listed by two providers; drop one in scripts/rate-card/snapshot.mjs`)
  const source = `genai-prices ${snapshot.version} ${provider}`
  const names = namesIn(model.match)
  models.set(id, { id, vendor: provider, rows: replaced ? [] : snapshotRows(conditional, source, `snapshot ${provider} ${id}`), aliases: [], exact: names.exact, prefixes: names.prefixes })
}

function addOverlayModel(models, own) {
  const known = models.get(own.id)
  if (known && !own.replaces) throw new Error(`overlay.json model ${own.id}: the snapshot has it too; remove it here, or say replaces:true`)
  if (!known && own.replaces) throw new Error(`overlay.json model ${own.id}: replaces nothing, the snapshot does not have it`)
  if (known && known.vendor !== own.vendor) throw new Error(`overlay.json model ${own.id}: vendor ${own.vendor}, but the snapshot has it under ${known.vendor}`)
  models.set(own.id, { id: own.id, vendor: own.vendor, rows: own.rows, aliases: [], exact: [...(known?.exact ?? []), ...own.aliases], prefixes: known?.prefixes ?? [] })
}

function snapshotRows(conditional, source, where) {
  const dated = conditional.filter(row => row.constraint?.type === 'start_date')
  const hourly = conditional.filter(row => row.constraint?.type === 'time_of_date')
  const base = conditional.filter(row => row.constraint === undefined)
  if (base.length !== 1 || base.length + dated.length + hourly.length !== conditional.length) throw new Error(`${where}: a kind of condition this script does not know`)
  if (dated.length > 0 && hourly.length > 0) throw new Error(`${where}: upstream cannot say which hours belong to which date; give its rows in overlay.json with replaces:true`)
  const starts = dated.map(row => row.constraint.start_date)
  const rows = [...base, ...dated].map((row, index) => ({ ...priced(row.prices, where), from: index === 0 ? null : starts[index - 1], to: starts[index] ?? null, hours: null, source }))
  const windows = hourly.map(row => ({
    ...priced(row.prices, where), from: null, to: null, source,
    hours: { from: minuteOfDay(row.constraint.start_time, where), to: minuteOfDay(row.constraint.end_time, where), weekdaysOnly: false },
  }))
  return [...rows, ...windows]
}

function priced(prices, where) {
  const starts = [...new Set(COLUMNS.flatMap(key => prices[key]?.tiers?.map(tier => tier.start) ?? []))].sort((a, b) => a - b)
  const at = prompt => COLUMNS.map(key => (prices[key] === undefined ? null : pico(String(valueAt(prices[key], prompt)), `${where} ${key}`)))
  return {
    rates: at(0), tiers: starts.map(start => ({ above: start, rates: at(start + 1) })),
    search: prices.web_searches_kcount === undefined ? null : pico(String(prices.web_searches_kcount), `${where} web_searches_kcount`),
  }
}

const valueAt = (value, prompt) => (typeof value === 'number' ? value : value.tiers.reduce((price, tier) => (prompt > tier.start ? tier.price : price), value.base))

/** Whole names a rule mentions. A prefix rule gives its prefix as one exact name, unless it plainly is a fragment. */
function namesIn(match) {
  const children = match.or ?? match.and ?? []
  const exact = match.equals ? [match.equals.toLowerCase()] : []
  const prefix = (match.starts_with ?? match.contains ?? match.ends_with)?.toLowerCase()
  const prefixes = prefix && !/(?:[-@._]|-0|-20\d\d)$/.test(prefix) ? [prefix] : []
  for (const child of children) {
    const names = namesIn(child)
    exact.push(...names.exact)
    prefixes.push(...names.prefixes)
  }
  return { exact, prefixes }
}

/** A name means one model: an id beats an alias, an alias beats a prefix; two equal claims are an error or nobody's. */
function assignAliases(models, overlayAliases) {
  const owner = new Map()
  const claim = (name, id) => {
    if (models.has(name)) return
    const other = owner.get(name)
    if (other !== undefined && other !== id) throw new Error(`"${name}" names both ${other} and ${id}; settle it under "aliases" in overlay.json`)
    owner.set(name, id)
  }
  for (const { alias, model } of overlayAliases) {
    if (!models.has(model)) throw new Error(`overlay.json alias ${alias}: no model ${model}`)
    if (models.has(alias)) throw new Error(`overlay.json alias ${alias}: that is a model itself`)
    claim(alias, model)
  }
  const settled = new Set(owner.keys())
  for (const { id, exact } of models.values()) for (const name of exact) if (!settled.has(name)) claim(name, id)
  const claims = new Map()
  for (const { id, prefixes } of models.values()) for (const name of prefixes) claims.set(name, (claims.get(name) ?? new Set()).add(id))
  for (const [name, ids] of claims) if (ids.size === 1 && !owner.has(name) && !models.has(name)) owner.set(name, [...ids][0])
  for (const [name, id] of owner) models.get(id).aliases.push(name)
  for (const model of models.values()) model.aliases.sort()
}

function checkRows({ id, rows }) {
  const plain = rows.filter(row => row.hours === null)
  if (plain.length === 0) throw new Error(`${id}: has no row outside peak hours`)
  plain.forEach((row, index) => {
    if (row.from !== null && row.to !== null && !(Date.parse(row.from) < Date.parse(row.to))) throw new Error(`${id}: a row ends before it begins (${row.from} to ${row.to})`)
    const next = plain[index + 1]
    if (next && (row.to === null || next.from === null || Date.parse(next.from) < Date.parse(row.to))) throw new Error(`${id}: rows overlap at ${next.from ?? row.to ?? 'the beginning'}`)
  })
  for (const { rates, tiers } of rows) {
    if (rates[0] === 0 || rates[1] === 0) throw new Error(`${id}: a price of zero; leave the model out, it then counts as unpriced`)
    tiers.forEach((tier, index) => { if (index > 0 && tier.above <= tiers[index - 1].above) throw new Error(`${id}: tiers must ascend`) })
  }
}

function encode({ models, modifiers, asOf, snapshot }) {
  const sources = []
  const sourceIndex = text => (sources.includes(text) ? sources.indexOf(text) : sources.push(text) - 1)
  const compactRow = row => {
    const cells = [row.from, row.to, sourceIndex(row.source), row.rates, row.search]
    if (row.tiers.length > 0 || row.hours) cells.push(row.tiers.map(tier => [tier.above, tier.rates]))
    if (row.hours) cells.push([row.hours.from, row.hours.to, row.hours.weekdaysOnly])
    return cells
  }
  const sorted = [...models.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  const compactModels = sorted.map(model => [model.id, model.vendor, model.aliases, model.rows.map(compactRow)])
  const compactModifiers = modifiers.map(modifier => {
    for (const id of modifier.models ?? []) if (!models.has(id)) throw new Error(`overlay.json modifier ${modifier.kind}: no model ${id}`)
    if (modifier.vendor && !sorted.some(model => model.vendor === modifier.vendor)) throw new Error(`overlay.json modifier ${modifier.kind}: no vendor ${modifier.vendor}`)
    return [modifier.kind, modifier.numerator, modifier.denominator, sourceIndex(modifier.source), modifier.from, modifier.to, modifier.models ?? modifier.vendor]
  })
  const notice = `Prices from genai-prices ${snapshot.version}, Copyright (c) Pydantic Services Inc. 2025 to present, MIT licence; with purser's own overlay.`
  const content = { asOf, notice, sources, models: compactModels, modifiers: compactModifiers }
  return { version: `${asOf.slice(0, 7).replace('-', '.')}-${sha256(JSON.stringify(content)).slice(0, 8)}`, ...content }
}

export function renderCard(card) {
  return `// Generated by scripts/rate-card.mjs from data/rates; edit the overlay there, never this file.
import type { CardData } from './rate-card.ts'

export const RATE_CARD_DATA: CardData = {
version: ${JSON.stringify(card.version)},
asOf: ${JSON.stringify(card.asOf)},
notice: ${JSON.stringify(card.notice)},
sources: [
${card.sources.map(source => `${JSON.stringify(source)},`).join('\n')}
],
models: [
${packed(card.models)}
],
modifiers: [
${packed(card.modifiers)}
],
}
`
}

function packed(items) {
  const lines = ['']
  for (const text of items.map(item => `${JSON.stringify(item)},`)) {
    if (lines.at(-1).length > 0 && lines.at(-1).length + text.length > LINE_MAX) lines.push('')
    lines[lines.length - 1] += text
  }
  return lines.join('\n')
}
