// Takes the part of an installed @pydantic/genai-prices that coding agents need, as text that reviews line by line.
// Runs the package's own public lookup (findProvider), so nothing here knows its bundle. Needs no network.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'

export const PACKAGE = '@pydantic/genai-prices'

/** Vendors whose models coding agents call. `openrouter` only for the two makers that have no list of their own. */
const PROVIDERS = ['anthropic', 'openai', 'google', 'x-ai', 'moonshotai', 'deepseek', 'mistral', 'zai', 'minimax', 'openrouter']
const OPENROUTER_MAKERS = ['qwen/', 'z-ai/']

export const sha256 = bytes => createHash('sha256').update(bytes).digest('hex')

/** `{ text, licence, version }` of the package in `directory`; throws with what is wrong and where. */
export function takeSnapshot(directory) {
  const root = resolve(directory)
  const manifest = readManifest(root)
  const entry = join(root, manifest.main ?? 'dist/index.cjs')
  const { findProvider } = createRequire(join(root, 'package.json'))(entry)
  if (typeof findProvider !== 'function') throw new Error(`${entry} does not export findProvider; this script knows the interface of 0.1.x`)
  const lines = ['{',
    `"package":${JSON.stringify(PACKAGE)},`, `"version":${JSON.stringify(manifest.version)},`, `"licence":${JSON.stringify(manifest.license)},`,
    `"moduleSha256":${JSON.stringify(sha256(readFileSync(entry)))},`,
    '"providers":{']
  PROVIDERS.forEach((id, index) => {
    const provider = findProvider({ providerId: id })
    if (!provider || provider.id !== id) throw new Error(`${PACKAGE} ${manifest.version} has no provider "${id}"; adjust PROVIDERS in scripts/rate-card/snapshot.mjs`)
    const models = provider.models.filter(model => wanted(id, model)).map(reduced).sort((a, b) => (a.id < b.id ? -1 : 1))
    lines.push(`${JSON.stringify(id)}:[`, models.map(model => JSON.stringify(model)).join(',\n'), index === PROVIDERS.length - 1 ? ']' : '],')
  })
  lines.push('}}', '')
  return { text: lines.join('\n'), licence: readFileSync(join(root, 'LICENSE'), 'utf8'), version: manifest.version }
}

function readManifest(root) {
  let manifest
  try {
    manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  } catch (cause) {
    throw new Error(`${root} is not an installed package (no readable package.json); give the folder node_modules/${PACKAGE}`, { cause })
  }
  if (manifest.name !== PACKAGE) throw new Error(`${root} holds ${manifest.name}, not ${PACKAGE}`)
  if (manifest.license !== 'MIT') throw new Error(`${PACKAGE} ${manifest.version} is now under ${manifest.license}; the snapshot may be bundled only under MIT`)
  return manifest
}

/** Priced per input and output token; embeddings, speech and page readers are not. */
function wanted(provider, model) {
  if (provider === 'openrouter' && !OPENROUTER_MAKERS.some(maker => model.id.startsWith(maker))) return false
  if (provider === 'google' && model.id.startsWith('claude')) return false // the maker's own list is the one we price by
  const rows = Array.isArray(model.prices) ? model.prices.map(row => row.prices) : [model.prices]
  return rows.every(prices => prices.input_mtok !== undefined && prices.output_mtok !== undefined)
}

/** `price_comments` stays: it is where the data set names its own sources. */
function reduced({ id, match, context_window, price_comments, prices }) {
  return { id, match, ...(context_window ? { context_window } : {}), ...(price_comments ? { price_comments } : {}), prices }
}
