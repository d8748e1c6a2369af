// A source file as the architecture tests see it: parsed once by the bundler's own parser (0.4 ms a file), so that the
// rules look at syntax and never at text that merely resembles it.
import { posix } from 'node:path'
import { parseSync } from 'rolldown/utils'

export interface Node { readonly type: string; readonly start: number; readonly end: number; readonly [key: string]: unknown }
export interface Import {
  /** As written: `../money.ts`, `node:fs`, `hono`. */
  readonly specifier: string
  /** Path from the repository root for relative imports, '' for packages. */
  readonly target: string
  readonly dynamic: boolean
  readonly typeOnly: boolean
  readonly line: number
}
export interface SourceFile {
  readonly path: string
  readonly text: string
  readonly nodes: readonly Node[]
  readonly imports: readonly Import[]
  readonly comments: readonly { readonly value: string; readonly start: number }[]
  lineAt(offset: number): number
}

export function parseSource(path: string, text: string): SourceFile {
  const { program, comments, errors } = parseSync(path, text, { lang: 'ts', sourceType: 'module' })
  if (errors[0]) throw new Error(`${path} does not parse: ${errors[0].message}`)
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  const lineAt = (offset: number): number => {
    let low = 0, high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low + 1
  }
  const nodes: Node[] = []
  collect(program as unknown as Node, nodes)
  return { path, text, nodes, comments, lineAt, imports: nodes.flatMap(node => importOf(node, path, lineAt)) }
}

/** Every node below `root`, parents before children. */
function collect(root: Node, into: Node[]): void {
  into.push(root)
  for (const key in root) {
    const value = root[key]
    if (value === null || typeof value !== 'object') continue
    if (Array.isArray(value)) { for (const item of value) if (isNode(item)) collect(item, into) } else if (isNode(value)) collect(value, into)
  }
}

const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === 'string'

function importOf(node: Node, path: string, lineAt: (offset: number) => number): Import[] {
  const source = node['source'] as { value?: unknown } | null | undefined
  const dynamic = node.type === 'ImportExpression'
  // `import('x').T` in a type is an import too.
  const inType = node.type === 'TSImportType'
  if (!dynamic && !inType && !/^(Import|ExportNamed|ExportAll)Declaration$/.test(node.type)) return []
  const specifier = source?.value
  if (typeof specifier !== 'string') return []
  const typeOnly = inType || node['importKind'] === 'type' || node['exportKind'] === 'type'
  const target = specifier.startsWith('.') ? posix.normalize(posix.join(posix.dirname(path), specifier)) : ''
  return [{ specifier, target, dynamic, typeOnly, line: lineAt(node.start) }]
}

/** `a.b.c` for a chain of plain member accesses on a name, else ''. */
export function memberPath(node: Node): string {
  if (node.type === 'Identifier') return String(node['name'])
  if (node.type !== 'MemberExpression') return ''
  const property = node['property'] as Node, object = memberPath(node['object'] as Node)
  const name = node['computed'] === true ? (property.type === 'Literal' ? String(property['value']) : '') : String(property['name'])
  return object === '' || name === '' ? '' : `${object}.${name}`
}
