// Named places where a crash test may end this very process, as a power cut would: nothing is flushed or closed.
// `PURSER_CRASH_AT=ingest.before-commit:3` dies at the third passing; without the variable every point is a no-op.

export function crashPoints(setting: string | undefined, die: () => void): (name: string) => void {
  if (!setting) return () => undefined
  const [point, count = '1'] = setting.split(':')
  let left = Number(count)
  return name => {
    if (name === point && --left === 0) die()
  }
}
