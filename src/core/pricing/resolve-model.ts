// From the model name in a log to the card's id, by exact steps only: as written, then one known prefix or suffix
// removed at a time. Never a substring or a nearest match: `claude-sonnet-5-5` read as `claude-sonnet-5` doubles its
// cache price, and a new model read as an old one is wrong without a trace.
import type { RateCard, Resolution } from './rate-card.ts'

// The longest real name (a Bedrock inference profile ARN) has about 130 characters.
const NAME_LENGTH_MAX = 256
// One of each kind of affix; a name with more is nobody's.
const STRIPS_MAX = 8
// A home has a few dozen names; a hostile log could invent millions.
const RESOLVED_MAX = 2_000

/** The card's model for a logged name, or null when no exact rule leads to one. */
export function resolveModel(card: RateCard, name: string): Resolution | null {
  const known = card.resolved.get(name)
  if (known !== undefined) return known
  if (name.length > NAME_LENGTH_MAX) return null
  const resolution = resolve(card, name)
  if (card.resolved.size >= RESOLVED_MAX) card.resolved.clear()
  card.resolved.set(name, resolution)
  return resolution
}

function resolve(card: RateCard, name: string): Resolution | null {
  let current = name.trim().toLowerCase()
  let regional = false
  for (let strips = 0; strips <= STRIPS_MAX; strips++) {
    const id = card.models.has(current) ? current : card.aliases.get(current)
    if (id !== undefined) return { id, regional, how: strips > 0 ? 'stripped' : id === current ? 'exact' : 'alias' }
    const rest = withoutAffix(current)
    if (rest === null) return null
    current = rest.name
    regional ||= rest.regional
  }
  return null
}

// What routers and SDKs put before a maker's model id. A prefix that is not listed is someone's own deployment, at
// prices we do not know.
const PREFIXES = ['anthropic', 'openai', 'google', 'gemini', 'models', 'x-ai', 'xai', 'moonshotai', 'moonshot', 'deepseek', 'mistral', 'mistralai',
  'zai', 'zai-org', 'minimax', 'openrouter', 'vertex_ai', 'vertex', 'bedrock', 'converse', 'azure', 'azure_ai', 'github-copilot', 'github_copilot', 'copilot', 'opencode', 'litellm']
const PREFIX = new RegExp(`^(?:${PREFIXES.join('|')})/(?=.)`)
const BEDROCK_ARN = /^arn:aws[a-z-]*:bedrock:[a-z0-9-]*:\d*:(?:foundation-model|inference-profile)\/(?=.)/
const BEDROCK_MAKER = /^(?:(global|us|us-gov|eu|apac|au|jp|ca)\.)?anthropic\.(?=claude)/
const VERTEX_PATH = /^(?:projects\/[^/]+\/locations\/([^/]+)\/)?publishers\/[a-z]+\/models\/(?=.)/
const SUFFIXES: readonly RegExp[] = [
  /\[1m\]$/, // Claude Code's long-context marker: a mode, not a price
  /@(?:20\d{6}|default|latest)$/, // Vertex
  /(?<=^claude-.*)-v\d(?::\d+k?)*$/, // Bedrock model version and context size
  /:(?:thinking|beta)$/, // routing variants at the same price; :free and the others are not the same price
  /-20\d{6}$/,
  /-20\d\d-[01]\d-[0-3]\d$/,
  /(?<=^gemini-.*)-00\d$/, // Google's stable release number
]

/** The name with its outermost known affix removed, or null when there is none. */
function withoutAffix(name: string): { readonly name: string; readonly regional: boolean } | null {
  const bedrock = BEDROCK_MAKER.exec(name)
  if (bedrock) return { name: name.slice(bedrock[0].length), regional: bedrock[1] !== 'global' }
  const vertex = VERTEX_PATH.exec(name)
  if (vertex) return { name: name.slice(vertex[0].length), regional: vertex[1] !== undefined && vertex[1] !== 'global' }
  for (const pattern of [PREFIX, BEDROCK_ARN, ...SUFFIXES]) {
    const match = pattern.exec(name)
    if (!match) continue
    const rest = match.index === 0 ? name.slice(match[0].length) : name.slice(0, match.index)
    if (rest !== '') return { name: rest, regional: false }
  }
  return null
}
