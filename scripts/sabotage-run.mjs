// The order and the bookkeeping of a run over the table of mutations: which rows come first, when time is up, what is
// said of a row that survived. It breaks nothing itself: trying a row is handed in.

/**
 * Rows by the test file that has to catch them (one look at the sound tree serves all of a file's rows), beginning at a
 * place the commit decides: where time ends before the table does, another commit begins elsewhere, so every row has
 * its turn. A row keeps its place among its own.
 */
export function inTurn(rows, commit) {
  const files = new Map()
  for (const row of rows) files.set(row.test, [...files.get(row.test) ?? [], row])
  const groups = [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([test, ofFile]) => ({ test, rows: ofFile }))
  const first = groups.length === 0 ? 0 : Number.parseInt(commit.slice(0, 8), 16) % groups.length || 0
  return [...groups.slice(first), ...groups.slice(0, first)]
}

/** Minutes as PURSER_SABOTAGE_MINUTES says them; without it the whole table is tried. */
export function minutesOf(text) {
  if (text === undefined || text === '') return Infinity
  if (!/^\d+(\.\d+)?$/.test(text) || Number(text) === 0) throw new Error(`PURSER_SABOTAGE_MINUTES is "${text}"; it takes minutes, say 30`)
  return Number(text)
}

/**
 * Tries every row of `groups`, `trees` at a time. `isSound(test, tree)` and `tryRow(row, tree)` do the work; `elapsedMs()`
 * is asked before each row, and past `limitMs` none is begun. A survivor is tried once more, alone: two at a time can
 * starve a test of the very race it waits for. Returns how many were caught, who was not, and how many were not tried.
 */
export async function tryAll(groups, { trees, limitMs, elapsedMs, isSound, tryRow, say }) {
  const queue = [...groups], survivors = [], unsound = []
  let caught = 0, late = 0
  const inTime = () => elapsedMs() < limitMs
  const tryGroup = async ({ test, rows }, tree) => {
    if (inTime() && !(await isSound(test, tree))) return void unsound.push(...rows)
    for (const row of rows) {
      if (!inTime()) late += 1
      else if (await tryRow(row, tree)) caught += 1
      else survivors.push(row)
    }
  }
  await Promise.all(trees.map(async tree => {
    for (let group = queue.shift(); group; group = queue.shift()) await tryGroup(group, tree)
  }))
  for (const row of survivors.splice(0)) {
    if (await tryRow(row, trees[0])) caught += 1
    else survivors.push(row)
  }
  for (const row of unsound) say(`UNSOUND  ${row.id}: ${row.test} fails on the unbroken tree, so it proves nothing; mend it first`)
  for (const row of survivors) say(`SURVIVED ${row.id}: ${row.file}: "${row.find}" -> "${row.replace}" is not noticed by ${row.test}`)
  if (late > 0) say(`${late} not tried: time (PURSER_SABOTAGE_MINUTES; another commit begins elsewhere in the table)`)
  return { caught, survivors, unsound, late }
}
