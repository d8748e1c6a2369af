// Everything doctor checks, in the order in which it matters: what runs, what it stands on, what it sees, what it says.
import { claimRules } from './claim-rules.ts'
import type { DoctorFacts } from './facts.ts'
import type { Finding } from './finding.ts'
import { hookRules } from './hook-rules.ts'
import { logRules, retentionRules } from './log-rules.ts'
import { pricingRules } from './money-rules.ts'
import { noticeRules } from './notice-rules.ts'
import { placeRules, plainChannelRule } from './place-rules.ts'
import { platformRules, watchRules } from './platform-rules.ts'
import { armedRule, configRule, daemonRule, nodeRule, socketRule, sqliteRule } from './runtime-rules.ts'
import { seatRules } from './seat-rules.ts'
import { clockRules, diskRule, openersRule, systemSqliteRule } from './storage-rules.ts'

type Rule = (facts: DoctorFacts) => readonly Finding[]

const RULES: readonly Rule[] = [
  nodeRule, sqliteRule, platformRules, daemonRule, socketRule, configRule, armedRule, hookRules,
  placeRules, diskRule, plainChannelRule, openersRule, systemSqliteRule, clockRules, logRules, retentionRules, watchRules, pricingRules, noticeRules, claimRules, seatRules,
]

/** Every check, fine or not. Exit code 5 is for a `warn` or an `error` among them. */
export const diagnose = (facts: DoctorFacts): readonly Finding[] => RULES.flatMap(rule => rule(facts))
