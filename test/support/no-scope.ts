// A scope of which nothing is known: tests name the dimension they are about.
import type { Scope } from '../../src/core/scope.ts'

export const NO_SCOPE: Scope = { node: '', agent: '', account: '', project: '', branch: '', session: '', subagent: '' }
