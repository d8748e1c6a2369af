// Which fields of a line of JSON a parser wants, said beforehand, so that they can be found by whatever is quickest.
// What is found are places in the bytes, one for each field; what stands there the parser reads itself.
import { assert } from '../errors.ts'

/** Words of a field of which a parser takes lines only with one of these, and reads those with one of `leave` its own way. */
export interface Choice { readonly take: readonly string[]; readonly leave: readonly string[] }

/** Field names, each with `true` for a value, with what is wanted of the object there, or with the words it may be. */
export interface WantedFields { readonly [name: string]: true | WantedFields | readonly Choice[] }

export interface PlannedField {
  readonly name: string
  readonly slot: number
  /** Of an object there; null for a plain value. */
  readonly fields: readonly PlannedField[] | null
  readonly choice: Choice | null
}
export interface FieldPlan { readonly fields: readonly PlannedField[]; readonly slots: number }

/** The spans of a line's fields: [2n] where the value of slot n starts in `bytes`, -1 when it is absent, [2n + 1] its end. */
export interface FoundFields { readonly bytes: Uint8Array; readonly spans: Int32Array; readonly start: number; readonly end: number }

/** Names and words are compared whole, in ASCII; a longer one of a log is none of them. */
export const NAME_BYTES_MAX = 31
export const SLOTS_MAX = 120

/** `choice` of a field that only lines of some kinds have rightly: the others are nobody's. */
export const oneOf = (choice: Choice): readonly Choice[] => [choice]

export function fieldPlan(wanted: WantedFields): FieldPlan {
  let slots = 0
  const planned = (fields: WantedFields): PlannedField[] => Object.entries(fields).map(([name, want]) => {
    const slot = slots++
    const [choice = null] = Array.isArray(want) ? want as readonly Choice[] : []
    for (const word of [name, ...(choice ? [...choice.take, ...choice.leave] : [])]) assert(/^[\x21-\x7e]{1,31}$/.test(word), `${word} is short ASCII`)
    return { name, slot, choice, fields: want === true || choice ? null : planned(want as WantedFields) }
  })
  const fields = planned(wanted)
  assert(slots <= SLOTS_MAX, `${slots} fields are few enough`)
  return { fields, slots }
}

/** The slot of the field at this path. */
export function slotOf(plan: FieldPlan, ...path: readonly string[]): number {
  let fields: readonly PlannedField[] = plan.fields, found: PlannedField | undefined
  for (const name of path) {
    found = fields.find(field => field.name === name)
    fields = found?.fields ?? []
  }
  assert(found !== undefined, `${path.join('.')} is in the plan`)
  return found.slot
}
