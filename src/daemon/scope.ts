// Collects what must be closed and closes it in reverse order, once, gathering errors: a failing closer never keeps the
// others open. Node 20 has no AsyncDisposableStack.

export class Scope {
  readonly #closers: { readonly name: string; readonly close: () => Promise<void> | void }[] = []
  #closing: Promise<void> | null = null

  /** Registers a closer and returns the thing it closes. */
  own<T>(name: string, thing: T, close: (thing: T) => Promise<void> | void): T {
    this.#closers.push({ name, close: () => close(thing) })
    return thing
  }

  /** Closes everything, newest first. Safe to call twice; rejects with an AggregateError naming every failure. */
  close(): Promise<void> {
    this.#closing ??= this.#closeAll()
    return this.#closing
  }

  async #closeAll(): Promise<void> {
    const failures: unknown[] = []
    for (const { name, close } of this.#closers.toReversed()) {
      try {
        await close()
      } catch (error) {
        failures.push(new Error(`closing ${name} failed`, { cause: error }))
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} part(s) of purser did not close cleanly`)
  }
}
