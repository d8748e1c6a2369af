// The known word somebody most likely meant. Small lists only: keys of a table, ids of budgets, names of zones.

/** Edits (insert, delete, replace, swap of neighbours) that turn one word into the other. */
export function editDistance(from: string, to: string): number {
  let before: number[] = []
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1]
      let best = Math.min((previous[column] as number) + 1, (current[column - 1] as number) + 1, (previous[column - 1] as number) + (same ? 0 : 1))
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      if (swapped) best = Math.min(best, (before[column - 2] as number) + 1)
      current.push(best)
    }
    before = previous
    previous = current
  }
  return previous[to.length] as number
}

// A longer word is no slip of the finger, and the distance costs length times length.
const WORD_LENGTH_MAX = 64

/**
 * The closest known word, case and `-`/`_` aside, or null when none is close: about a third of the letters may be wrong.
 * Words that begin with, or end in, what was typed are close too (`Paris`, `on_br`).
 */
export function nearestWord(typed: string, known: readonly string[]): string | null {
  const word = folded(typed)
  if (word === '' || word.length > WORD_LENGTH_MAX) return null
  const allowed = Math.max(1, Math.ceil(word.length / 3))
  let best: { readonly word: string; readonly distance: number } | null = null
  for (const candidate of known) {
    const name = folded(candidate)
    const part = word.length >= 3 && (name.startsWith(word) || name.endsWith(word))
    // A part beats no edit at all less well than it beats one: `paris` is `europe/paris` before it is `pairs`.
    const distance = name === word ? 0 : part ? 0.5 : editDistance(word, name)
    if (distance <= allowed && distance < name.length && (best === null || distance < best.distance)) best = { word: candidate, distance }
  }
  return best?.word ?? null
}

const folded = (word: string): string => word.toLowerCase().replaceAll('-', '_')
