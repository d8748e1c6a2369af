// Whether a value is what a schema of our description says: the keywords that test/support/api-types writes, and no others.
// Stricter than the standard on purpose: a property that is not described is a flaw.
import type { Schema } from './api-types.ts'

/** What is wrong, each with its place; empty when all is well. `root`: where references point. */
export function flawsOf(value: unknown, schema: Schema, root: Schema, place = '$'): readonly string[] {
  const { $ref, anyOf, allOf, type } = schema as { readonly $ref?: string; readonly anyOf?: readonly Schema[]; readonly allOf?: readonly Schema[]; readonly type?: string }
  if ($ref !== undefined) return flawsOf(value, $ref.slice(2).split('/').reduce<unknown>((at, key) => (at as Schema)[key], root) as Schema, root, place)
  if (anyOf) return anyOf.some(each => flawsOf(value, each, root, place).length === 0) ? [] : [`${place} is none of ${anyOf.length}: ${anyOf.flatMap(each => flawsOf(value, each, root, place)).join('; ')}`]
  if (allOf) return merged(value, allOf, root, place)
  if ('const' in schema) return value === schema['const'] ? [] : [`${place} is not ${String(schema['const'])}`]
  if ('enum' in schema) return (schema['enum'] as readonly unknown[]).includes(value) ? [] : [`${place} is no word of ${String(schema['enum'])}`]
  if ('not' in schema) return [`${place} may not be`]
  switch (type) {
    case undefined: return []
    case 'null': return value === null ? [] : [`${place} is not null`]
    case 'array': return Array.isArray(value) ? value.flatMap((each, at) => flawsOf(each, schema['items'] as Schema, root, `${place}[${at}]`)) : [`${place} is no list`]
    case 'object': return objectFlaws(value, [schema], root, place)
    default: return typeof value === type ? [] : [`${place} is no ${type}`]
  }
}

/** Several objects at once: what one does not describe another may. */
function merged(value: unknown, parts: readonly Schema[], root: Schema, place: string): readonly string[] {
  return objectFlaws(value, parts.map(part => resolved(part, root)), root, place)
}

const resolved = (schema: Schema, root: Schema): Schema => (typeof schema['$ref'] === 'string' ? resolved(String(schema['$ref']).slice(2).split('/').reduce<unknown>((at, key) => (at as Schema)[key], root) as Schema, root) : schema)

function objectFlaws(value: unknown, parts: readonly Schema[], root: Schema, place: string): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${place} is no object`]
  const known: Record<string, Schema> = Object.assign({}, ...parts.map(part => part['properties'] ?? {})), rest = parts.map(part => part['additionalProperties']).find(each => typeof each === 'object') as Schema | undefined
  const missing = parts.flatMap(part => (part['required'] ?? []) as readonly string[]).filter(name => !Object.hasOwn(value, name)).map(name => `${place}.${name} is missing`)
  const own = Object.entries(value).flatMap(([name, each]) => {
    const schema = known[name] ?? rest
    return schema ? flawsOf(each, schema, root, `${place}.${name}`) : [`${place}.${name} is not described`]
  })
  return [...missing, ...own]
}
