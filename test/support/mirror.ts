// Every source file that can be wrong has a test file of the same name, or a named exemption that says which test
// covers it. A file without a function (types, constants) cannot be wrong by itself.
import type { Finding } from './rooms.ts'
import type { SourceFile } from './source-file.ts'

export interface Exemption { readonly by: string; readonly because: string }

export const testOf = (path: string): string => path.replace(/^src\//, 'test/').replace(/\.ts$/, '.test.ts')

const holdsCode = (file: SourceFile): boolean => file.nodes.some(node => /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type))

export function mirrorFindings(files: readonly SourceFile[], tests: ReadonlySet<string>, exemptions: Readonly<Record<string, Exemption>>): Finding[] {
  const findings: Finding[] = []
  const say = (file: string, what: string): void => { findings.push({ rule: 'mirror', file, line: 1, what }) }
  for (const file of files) {
    const exemption = Object.hasOwn(exemptions, file.path) ? exemptions[file.path] : undefined
    const tested = tests.has(testOf(file.path))
    if (exemption && tested) say(file.path, `is exempted and has ${testOf(file.path)}: delete the exemption`)
    if (exemption && !tests.has(exemption.by)) say(file.path, `is exempted because of ${exemption.by}, which does not exist`)
    if (!exemption && !tested && holdsCode(file)) say(file.path, `has no ${testOf(file.path)} and no exemption`)
  }
  const known = new Set(files.map(file => file.path))
  for (const path of Object.keys(exemptions)) if (!known.has(path)) say(path, 'is exempted and does not exist')
  return findings
}
