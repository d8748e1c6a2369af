// JSON as ccusage writes it: which keys, in which order, with money or without.
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
export type Fields = { readonly [key: string]: Json }

const MONEY = new Set(['totalCost', 'costUSD', 'cost'])

/** `--no-cost` leaves the fields out instead of showing zero. */
export const withoutCost = (value: Json): Json => mapped(value, entries => entries.filter(([key]) => !MONEY.has(key)))

/** Version 20 writes the keys of every object in alphabetical order. */
export const sortedKeys = (value: Json): Json => mapped(value, entries => entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))

function mapped(value: Json, change: (entries: readonly (readonly [string, Json])[]) => readonly (readonly [string, Json])[]): Json {
  if (Array.isArray(value)) return value.map(each => mapped(each as Json, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(change(Object.entries(value)).map(([key, each]) => [key, mapped(each, change)]))
}
