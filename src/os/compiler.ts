// Node's compiler set for what a first index is: a few hundred functions that are hot for two seconds and then never again.
import { setFlagsFromString } from 'node:v8'

// By default V8 optimises a function after 130 kB of its bytecode have run, inlines generously, and does so again each
// time a guess was wrong: 0.8 s of processor on its own threads for an index of 1 GiB that takes 2.8 s in all, no faster
// for it. A later start guesses better, and smaller pieces compile faster: 0.3 s of 2.5 s remain (medians of four runs).
export const ONE_PASS_FLAGS = ['--interrupt-budget=500000', '--max-inlined-bytecode-size-cumulative=300'] as const

/** For the rest of this process's life, its threads included: what is hot for hours is optimised all the same. */
export function compileForOnePass(): void {
  for (const flag of ONE_PASS_FLAGS) setFlagsFromString(flag)
}
