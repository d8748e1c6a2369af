// The types of the API as JSON Schema, read from their source with the comments above them. Knows what src/api is written in,
// and refuses everything else by name: a description that leaves something out would be worse than none.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parseSync } from 'rolldown/utils'

export type Schema = { readonly [key: string]: unknown }
interface Node { readonly type: string; readonly start: number; readonly [key: string]: unknown }
interface Comment { readonly start: number; readonly end: number; readonly value: string }
interface Declared { readonly file: SourceOf; readonly node: Node }
interface SourceOf { readonly path: string; readonly text: string; readonly comments: readonly Comment[]; readonly own: ReadonlyMap<string, Node>; readonly from: ReadonlyMap<string, { readonly path: string; readonly name: string }> }
export interface Property { readonly name: string; readonly optional: boolean; readonly about: string; readonly node: Node; readonly file: SourceOf }

const node = (of: Node, key: string): Node => of[key] as Node
const nodes = (of: Node, key: string): readonly Node[] => (of[key] ?? []) as readonly Node[]
const nameOf = (of: Node): string => String(of['name'] ?? of['value'])

export class ApiTypes {
  /** Named types, by name: what `#/components/schemas` holds. */
  readonly schemas = new Map<string, Schema>()
  readonly #files = new Map<string, SourceOf>()
  readonly #at = new Map<string, string>()
  readonly #root: string

  constructor(root: string) { this.#root = root }

  /** Members of an interface and of all it extends, in the order of the source. */
  members(file: string, name: string): readonly Property[] {
    return this.#membersOf(this.#find(this.#file(file), name))
  }

  /** A type where it is used: a reference where it has a name. */
  schemaOf({ node: of, file }: Pick<Property, 'node' | 'file'>): Schema { return this.#schema(of, file) }

  /** What a property's type literal holds under a name. */
  member({ node: of, file }: Property, name: string): Pick<Property, 'node' | 'file'> {
    const found = this.#literal(of, file).find(each => each.name === name)
    if (!found) throw new Error(`${file.path}: there is no ${name} in a type literal`)
    return found
  }

  #schema(of: Node, file: SourceOf): Schema {
    switch (of.type) {
      case 'TSStringKeyword': return { type: 'string' }
      case 'TSNumberKeyword': return { type: 'number' }
      case 'TSBooleanKeyword': return { type: 'boolean' }
      case 'TSNullKeyword': return { type: 'null' }
      case 'TSTemplateLiteralType': return { type: 'string' }
      case 'TSUnknownKeyword': return {}
      case 'TSNeverKeyword': return { not: {} }
      case 'TSParenthesizedType': return this.#schema(node(of, 'typeAnnotation'), file)
      case 'TSLiteralType': return { const: node(of, 'literal')['value'] }
      case 'TSArrayType': return { type: 'array', items: this.#schema(node(of, 'elementType'), file) }
      case 'TSTypeOperator': return of['operator'] === 'keyof' ? { enum: this.#literal(node(of, 'typeAnnotation'), file).map(({ name }) => name) } : this.#schema(node(of, 'typeAnnotation'), file)
      case 'TSTypeLiteral': return objectOf(this.#literal(of, file), each => this.#schema(each.node, each.file))
      case 'TSUnionType': return unionOf(nodes(of, 'types').map(each => this.#schema(each, file)))
      case 'TSIntersectionType': return { allOf: nodes(of, 'types').map(each => this.#schema(each, file)) }
      case 'TSIndexedAccessType': return { enum: this.#words(node(of, 'objectType'), file) }
      case 'TSTypeReference': return this.#reference(of, file)
      default: throw new Error(`${file.path}: ${of.type} is not known to the description of the API`)
    }
  }

  #reference(of: Node, file: SourceOf): Schema {
    const name = nameOf(node(of, 'typeName')), args = of['typeArguments'] ? nodes(node(of, 'typeArguments'), 'params') : []
    if (name === 'Readonly') return this.#schema(args[0] as Node, file)
    if (name === 'Record') return args[1]?.type === 'TSNeverKeyword' ? { type: 'object', additionalProperties: false } : { type: 'object', additionalProperties: this.#schema(args[1] as Node, file) }
    if (name === 'Pick' || name === 'Omit') return objectOf(this.#literal(of, file), each => this.#schema(each.node, each.file))
    const found = this.#find(file, name), known = this.#at.get(name)
    if (known !== undefined && known !== found.file.path) throw new Error(`${name} is another type in ${known} and in ${found.file.path}`)
    if (known === undefined) {
      this.#at.set(name, found.file.path)
      this.schemas.set(name, {})
      this.schemas.set(name, described(this.#declared(found), about(found.file, found.node)))
    }
    return { $ref: `#/components/schemas/${name}` }
  }

  #declared(found: Declared): Schema {
    if (found.node.type === 'TSInterfaceDeclaration') return objectOf(this.#membersOf(found), each => this.#schema(each.node, each.file))
    return this.#schema(node(found.node, 'typeAnnotation'), found.file)
  }

  #membersOf({ node: of, file }: Declared): readonly Property[] {
    const above = nodes(of, 'extends').flatMap(each => this.#membersOf(this.#find(file, nameOf(node(each, 'expression')))))
    return [...above, ...properties(nodes(node(of, 'body'), 'body'), file)]
  }

  /** The properties of a type that is an object, named or not. */
  #literal(of: Node, file: SourceOf): readonly Property[] {
    if (of.type === 'TSTypeLiteral') return properties(nodes(of, 'members'), file)
    if (of.type !== 'TSTypeReference') throw new Error(`${file.path}: ${of.type} has no properties`)
    const name = nameOf(node(of, 'typeName')), args = of['typeArguments'] ? nodes(node(of, 'typeArguments'), 'params') : []
    if (name === 'Readonly') return this.#literal(args[0] as Node, file)
    if (name === 'Pick' || name === 'Omit') {
      const keys = new Set(this.#words(args[1] as Node, file))
      return this.#literal(args[0] as Node, file).filter(each => keys.has(each.name) === (name === 'Pick'))
    }
    const found = this.#find(file, name)
    return found.node.type === 'TSInterfaceDeclaration' ? this.#membersOf(found) : this.#literal(node(found.node, 'typeAnnotation'), found.file)
  }

  /** The texts that a union, a single literal or `(typeof WORDS)[number]` stands for. */
  #words(of: Node, file: SourceOf): readonly string[] {
    switch (of.type) {
      case 'TSParenthesizedType': return this.#words(node(of, 'typeAnnotation'), file)
      case 'TSLiteralType': return [String(node(of, 'literal')['value'])]
      case 'TSUnionType': return nodes(of, 'types').flatMap(each => this.#words(each, file))
      case 'TSTypeQuery': {
        const found = this.#find(file, nameOf(node(of, 'exprName'))), list = node(node(found.node, 'init'), 'expression')
        return nodes(list, 'elements').map(each => String(each['value']))
      }
      default: throw new Error(`${file.path}: ${of.type} is no list of words`)
    }
  }

  #find(file: SourceOf, name: string): Declared {
    const own = file.own.get(name)
    if (own) return { file, node: own }
    const from = file.from.get(name)
    if (!from) throw new Error(`${file.path}: where is ${name}?`)
    return this.#find(this.#file(from.path), from.name)
  }

  #file(file: string): SourceOf {
    const known = this.#files.get(file)
    if (known) return known
    const text = readFileSync(path.join(this.#root, file), 'utf8'), { program, comments } = parseSync(file, text)
    const own = new Map<string, Node>(), from = new Map<string, { readonly path: string; readonly name: string }>()
    for (const each of program.body as unknown as readonly Node[]) {
      if (each.type === 'ImportDeclaration') {
        const source = path.posix.join(path.posix.dirname(file), String(node(each, 'source')['value']))
        for (const one of nodes(each, 'specifiers')) if (one['imported']) from.set(nameOf(node(one, 'local')), { path: source, name: nameOf(node(one, 'imported')) })
      }
      const inner = (each['declaration'] ?? each) as Node
      if (inner.type === 'TSInterfaceDeclaration' || inner.type === 'TSTypeAliasDeclaration') own.set(nameOf(node(inner, 'id')), { ...inner, start: each.start })
      if (inner.type === 'VariableDeclaration') for (const one of nodes(inner, 'declarations')) if (node(one, 'id').type === 'Identifier') own.set(nameOf(node(one, 'id')), one)
    }
    const made: SourceOf = { path: file, text, comments, own, from }
    this.#files.set(file, made)
    return made
  }
}

const properties = (members: readonly Node[], file: SourceOf): readonly Property[] => members.map(each => ({
  name: nameOf(node(each, 'key')), optional: each['optional'] === true, about: about(file, each), node: node(node(each, 'typeAnnotation'), 'typeAnnotation'), file,
}))

/** The doc comment that ends right before. */
function about(file: SourceOf, { start }: Node): string {
  const found = file.comments.find(({ end, value }) => value.startsWith('*') && end <= start && file.text.slice(end, start).trim() === '')
  return found ? found.value.slice(1).split('\n').map(line => line.replace(/^\s*\*?\s?/, '').trim()).join(' ').trim() : ''
}

const described = (schema: Schema, says: string): Schema => (says === '' ? schema : { description: says, ...schema })

function objectOf(members: readonly Property[], schemaOf: (property: Property) => Schema): Schema {
  const required = members.filter(({ optional }) => !optional).map(({ name }) => name)
  return { type: 'object', properties: Object.fromEntries(members.map(each => [each.name, described(schemaOf(each), each.about)])), ...(required.length === 0 ? {} : { required }) }
}

/** Words become one enum; whatever else there is stays apart. */
function unionOf(of: readonly Schema[]): Schema {
  const words = of.filter(each => 'const' in each).map(each => each['const']), others = of.filter(each => !('const' in each))
  const all = words.length === 0 ? others : [words.length === 1 ? { const: words[0] } : { enum: words }, ...others]
  return all.length === 1 ? (all[0] as Schema) : { anyOf: all }
}
