// What no source file may hold, each with where it is allowed and why. Rules look at syntax trees.
import { posix } from 'node:path'
import type { Finding } from './rooms.ts'
import { memberPath, type Node, type SourceFile } from './source-file.ts'

export const FILE_LINES_MAX = 300
export const FUNCTION_LINES_MAX = 80
const GENERATED = /^src\/core\/pricing\/rate-card-data\.ts$/
const NOISE_NAMES = /^(index|utils?|helpers?|common|types|misc|shared|lib)$/

type Look = (node: Node, file: SourceFile) => string | undefined
interface Ban { readonly rule: string; readonly because: string; readonly allowed?: RegExp; readonly look: Look }

const member = (...paths: readonly string[]): Look => node => {
  const found = memberPath(node).replace(/^globalThis\./, '')
  return node.type === 'MemberExpression' && paths.includes(found) ? found : undefined
}
const named = (node: Node | null | undefined): string => (node?.type === 'Identifier' ? String(node['name']) : node?.type === 'Literal' ? String(node['value']) : '')
/** `import { what } from module`, however it is renamed afterwards. */
const importsOf = (module: RegExp, ...what: readonly string[]): Look => node => {
  if (node.type !== 'ImportDeclaration' || !module.test(String((node['source'] as Node)['value']))) return undefined
  const specifiers = node['specifiers'] as readonly Node[]
  const whole = specifiers.find(specifier => specifier.type !== 'ImportSpecifier')
  if (whole) return `import of all of ${String((node['source'] as Node)['value'])}`
  return specifiers.map(specifier => named(specifier['imported'] as Node)).find(name => what.includes(name))
}
/** `const { what } = object` */
const unpacks = (object: string, what: string): Look => node =>
  node.type === 'VariableDeclarator' && named(node['init'] as Node | null) === object && (node['id'] as Node).type === 'ObjectPattern'
    && ((node['id'] as Node)['properties'] as readonly Node[]).some(property => named(property['key'] as Node) === what) ? `{ ${what} } = ${object}` : undefined
const either = (...looks: readonly Look[]): Look => (node, file) => { for (const look of looks) { const found = look(node, file); if (found !== undefined) return found } return undefined }

const WORLD = /^src\/(os|daemon)\//
// An engine measures how long it has waited for the write lock; no rule ever sees that time.
const WORLD_OR_ENGINE = /^src\/(os|daemon|store\/engines)\//

export const BANS: readonly Ban[] = [
  { rule: 'default export', because: 'one name per thing, the same wherever it is used', look: node => (node.type === 'ExportDefaultDeclaration' || (node.type === 'ExportSpecifier' && named(node['exported'] as Node) === 'default') ? 'export default' : undefined) },
  { rule: 'clock', because: 'time comes in as an argument', allowed: WORLD, look: either(member('Date.now'), node => ((node.type === 'NewExpression' || node.type === 'CallExpression') && named(node['callee'] as Node) === 'Date' && (node['arguments'] as readonly Node[]).length === 0 ? 'the current Date' : undefined)) },
  { rule: 'stopwatch', because: 'the monotonic clock comes in as an argument too', allowed: WORLD_OR_ENGINE, look: member('performance.now', 'process.hrtime', 'process.hrtime.bigint') },
  { rule: 'randomness', because: 'randomness comes in as an argument', allowed: WORLD, look: member('Math.random') },
  { rule: 'environment', because: 'the environment comes in as an argument', allowed: /^src\/(os\/|daemon\/|(cli|hook|statusline)\/main\.ts$)/, look: either(member('process.env'), unpacks('process', 'env'), importsOf(/^(node:)?process$/, 'env')) },
  { rule: 'signals', because: 'one module proves a target before it signals, and refuses unregistered pids under test', allowed: /^src\/os\/processes\/signals\.ts$/, look: either(member('process.kill'), unpacks('process', 'kill'), importsOf(/^(node:)?process$/, 'kill')) },
  { rule: 'shell', because: 'argv arrays, never shell strings', look: either(importsOf(/^(node:)?child_process$/, 'exec', 'execSync'), node => (node.type === 'Property' && named(node['key'] as Node) === 'shell' && (node['value'] as Node).type === 'Literal' && (node['value'] as Node)['value'] !== false ? 'shell: true' : undefined)) },
  { rule: 'any', because: 'parse at the edge, trust inside', look: node => (node.type === 'TSAnyKeyword' ? 'any' : undefined) },
  { rule: 'long function', because: `a function stays under ${FUNCTION_LINES_MAX} lines`, look: (node, file) => {
    if (!/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type)) return undefined
    const lines = file.lineAt(node.end) - file.lineAt(node.start) + 1
    return lines > FUNCTION_LINES_MAX ? `a function of ${lines} lines` : undefined
  } },
]

/** Every ban over one source file. */
export function banFindings(file: SourceFile): Finding[] {
  const findings: Finding[] = []
  const bans = BANS.filter(ban => !ban.allowed?.test(file.path))
  for (const node of file.nodes) {
    for (const { rule, because, look } of bans) {
      const what = look(node, file)
      if (what !== undefined) findings.push({ rule, file: file.path, line: file.lineAt(node.start), what: `${what}: ${because}` })
    }
  }
  return findings
}

export function sizeFindings(file: SourceFile): Finding[] {
  const lines = file.text.split('\n').length - 1
  return lines > FILE_LINES_MAX && !GENERATED.test(file.path) ? [{ rule: 'long file', file: file.path, line: 1, what: `${lines} lines; one idea a file, at most ${FILE_LINES_MAX} lines` }] : []
}

/** Names that say nothing: of the file and of its folders. */
export function nameFindings(path: string): Finding[] {
  const bad = path.split('/').map(part => posix.basename(part, '.ts')).find(part => NOISE_NAMES.test(part))
  return bad === undefined ? [] : [{ rule: 'names', file: path, line: 1, what: `"${bad}" says nothing: name the file for what it holds` }]
}

// Spelled so that this file does not find itself.
const UNFINISHED = /\b(TO[D]O|FIX[M]E|X[X]X|HA[C]K|not i[m]plemented|for n[o]w|place[h]older)\b/
const SUPPRESSED = /@ts-(ignore|expect-error|nocheck)|(eslint|oxlint)-disable/

/** Words in any tracked text: unfinished work, and comments that silence a checker. */
export function wordFindings(path: string, text: string): Finding[] {
  return text.split('\n').flatMap((line, index) => {
    const word = UNFINISHED.exec(line)?.[0] ?? SUPPRESSED.exec(line)?.[0]
    return word === undefined ? [] : [{ rule: 'words', file: path, line: index + 1, what: `"${word}"` }]
  })
}

/** Documents name symbols: a line number is wrong after the next commit. */
export function citationFindings(path: string, text: string): Finding[] {
  return text.split('\n').flatMap((line, index) => (/\.(ts|mjs|sql):\d+/.test(line) ? [{ rule: 'citations', file: path, line: index + 1, what: 'cites a line number; cite the symbol' }] : []))
}
