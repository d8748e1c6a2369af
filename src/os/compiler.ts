// V8 set for what a first index is: a few hundred functions that are hot for two seconds and then never again.
import { setFlagsFromString } from 'node:v8'

// By default a function is optimised after 130 kB of its bytecode have run, with much of what it calls, and again each
// time a guess was wrong: 0.8 s of processor on threads of V8's own for an index of 1 GiB that takes 2.8 s in all, no
// faster for it. A later start guesses better, and smaller pieces compile faster: 0.3 s remain (at 500 kB 0.25 s, but
// what runs slower meanwhile costs more).
const LATER = '--interrupt-budget=250000'
const IN_PIECES = '--max-inlined-bytecode-size-cumulative=300'
// A scavenge that shares its work waits for helpers: with other work on both cores 10 to 26 ms each, 180 times.
const ALONE = '--no-parallel-scavenge'

/** The flags that a V8 (`process.versions.v8`) knows. A word too many is printed on the user's terminal; Node 22 has another measure of heat. */
export const onePassFlags = (v8: string): readonly string[] => (Number.parseInt(v8, 10) <= 11 ? [LATER, IN_PIECES, ALONE] : [IN_PIECES, ALONE])

/** For the rest of this process's life, its threads included: what is hot for hours is optimised all the same. */
export function compileForOnePass(): void {
  for (const flag of onePassFlags(process.versions.v8)) setFlagsFromString(flag)
}

// What a commit leaves behind is garbage at once; V8 by itself lets a nursery grow to 32 MiB and old objects to three times
// what lives before it collects them: 65 MiB of heap at 4 GiB of logs and 22 at 64 MiB, with these 21 and 22.
const NURSERY_AS_IT_IS = '--semi-space-growth-factor=1'
const OLD_BY_A_FIFTH = '--heap-growing-percent=20'
const COLLECT_EARLY = '--optimize-for-size'
export const SMALL_HEAP_FLAGS: readonly string[] = [NURSERY_AS_IT_IS, OLD_BY_A_FIFTH]
export const SMALLEST_HEAP_FLAGS: readonly string[] = [COLLECT_EARLY]

/** To be asked for once the last thread has started: each start gives the nursery its growth back. */
export function keepHeapSmall(): void {
  for (const flag of SMALL_HEAP_FLAGS) setFlagsFromString(flag)
}

/** For what goes on for long: costs 0.14 s of processor in the 2 s of a gigabyte when it is asked for from the start. */
export function keepHeapSmallest(): void {
  for (const flag of SMALLEST_HEAP_FLAGS) setFlagsFromString(flag)
}
