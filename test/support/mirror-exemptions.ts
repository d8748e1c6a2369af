// Source files without a test file of their own name: where they are tested instead, and why there.
import type { Exemption } from './mirror.ts'

export const EXEMPTIONS: Readonly<Record<string, Exemption>> = {}
