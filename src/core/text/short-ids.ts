// Ids as a screen shows them: as many characters as tell them apart. The first eight of a UUID do; two of Codex that were made
// in one minute share them, and all of OpenCode's of some days share `ses_` and a time.
const LEAST = 8

/** For each id the shortest beginning, of eight characters or more, that no other of them has. */
export function shortIds(ids: readonly string[]): ReadonlyMap<string, string> {
  const sorted = [...new Set(ids)].sort()
  return new Map(sorted.map((id, at) => [id, id.slice(0, Math.max(LEAST, shared(id, sorted[at - 1] ?? '') + 1, shared(id, sorted[at + 1] ?? '') + 1))]))
}

/** How many characters two ids begin with alike. */
function shared(a: string, b: string): number {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return length
}
