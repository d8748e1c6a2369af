// Node warns once when its SQLite is first loaded on Node 22. A person cannot act on that, so this one text is dropped.

/** Drops process warnings that contain `text`; every other one is printed as before. */
export function hideWarning(text: string): void {
  const emit = process.emitWarning.bind(process) as (...args: unknown[]) => void
  process.emitWarning = ((...args: unknown[]) => {
    const [warning] = args
    if (!String(warning instanceof Error ? warning.message : warning).includes(text)) emit(...args)
  }) as typeof process.emitWarning
}
