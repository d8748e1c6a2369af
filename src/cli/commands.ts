// Every command that exists, in the order help shows them. Each loads only when it is typed.
import type { CommandEntry } from './command.ts'

export const COMMANDS: readonly CommandEntry[] = [
  { name: 'up', group: 'Everyday', summary: 'follow your agents and hold the budgets', load: async () => (await import('./commands/up.ts')).up },
  { name: 'status', group: 'Everyday', summary: 'today on one screen', load: async () => (await import('./commands/status.ts')).status },
  { name: 'statusline', group: 'Everyday', summary: 'cost, budget and quota below the prompt of your agent', load: async () => (await import('./commands/statusline.ts')).statusline },
  { name: 'down', group: 'Everyday', summary: 'stop following', load: async () => (await import('./commands/down.ts')).down },
  { name: 'report total', group: 'Everyday', summary: 'one sum', load: async () => (await import('./commands/report.ts')).reportTotal },
  { name: 'report daily', group: 'Everyday', summary: 'a row for each day', load: async () => (await import('./commands/report.ts')).reportDaily },
  { name: 'report project', group: 'Everyday', summary: 'a row for each project', load: async () => (await import('./commands/report.ts')).reportProject },

  { name: 'budget set', group: 'Budgets', summary: 'make a budget, or change one', load: async () => (await import('./commands/budget.ts')).budgetSet },
  { name: 'budget list', group: 'Budgets', summary: 'every budget: spent, left, worst case', load: async () => (await import('./commands/budget.ts')).budgetList },
  { name: 'budget show', group: 'Budgets', summary: 'one budget in full', load: async () => (await import('./commands/budget.ts')).budgetShow },
  { name: 'budget remove', group: 'Budgets', summary: 'remove a budget', load: async () => (await import('./commands/budget.ts')).budgetRemove },

  { name: 'lock list', group: 'Enforcement', summary: 'what is locked, and until when', load: async () => (await import('./commands/lock.ts')).lockList },
  { name: 'lock show', group: 'Enforcement', summary: 'one lock and what came of it', load: async () => (await import('./commands/lock.ts')).lockShow },
  { name: 'lock release', group: 'Enforcement', summary: 'let it run again, with a reason', load: async () => (await import('./commands/lock.ts')).lockRelease },
  { name: 'lock prune', group: 'Enforcement', summary: 'forget locks that have ended', load: async () => (await import('./commands/lock.ts')).lockPrune },
  { name: 'lock path', group: 'Enforcement', summary: 'where the lock files are', load: async () => (await import('./commands/lock.ts')).lockPath },
  { name: 'arm', group: 'Enforcement', summary: 'let signals follow a breach', load: async () => (await import('./commands/arm.ts')).arm },
  { name: 'disarm', group: 'Enforcement', summary: 'back to dry run', load: async () => (await import('./commands/arm.ts')).disarm },
  { name: 'ps', group: 'Enforcement', summary: 'agent processes, and which could be stopped', load: async () => (await import('./commands/ps.ts')).ps },
  { name: 'hooks install', group: 'Enforcement', summary: 'let agents ask purser before they spend', load: async () => (await import('./commands/hooks.ts')).hooksInstall },
  { name: 'hooks uninstall', group: 'Enforcement', summary: 'take the hooks out again', load: async () => (await import('./commands/hooks.ts')).hooksUninstall },
  { name: 'hooks status', group: 'Enforcement', summary: 'are the hooks in, and heard', load: async () => (await import('./commands/hooks.ts')).hooksStatus },

  { name: 'index', group: 'Records', summary: 'catch up with the logs once, without a daemon', load: async () => (await import('./commands/index-logs.ts')).indexLogs },
  { name: 'events', group: 'Records', summary: 'everything that happened, as JSON lines', load: async () => (await import('./commands/events.ts')).events },
  { name: 'pricing show', group: 'Records', summary: 'what models cost', load: async () => (await import('./commands/pricing.ts')).pricingShow },
  { name: 'pricing diagnose', group: 'Records', summary: 'what has no price, and where clients disagree', load: async () => (await import('./commands/pricing.ts')).pricingDiagnose },
  { name: 'pricing reprice', group: 'Records', summary: 'price what had no price', load: async () => (await import('./commands/pricing.ts')).pricingReprice },
  { name: 'ledger verify', group: 'Records', summary: 'check every promise of the records', load: async () => (await import('./commands/ledger.ts')).ledgerVerify },
  { name: 'ledger export', group: 'Records', summary: 'write the records to a file', load: async () => (await import('./commands/ledger.ts')).ledgerExport },
  { name: 'ledger import', group: 'Records', summary: 'add the records of another machine, or of before', load: async () => (await import('./commands/ledger.ts')).ledgerImport },
  { name: 'ledger rebuild', group: 'Records', summary: 'add everything up anew, or read it anew', load: async () => (await import('./commands/ledger.ts')).ledgerRebuild },

  { name: 'doctor', group: 'Setup', summary: 'does everything work; what to type where not', load: async () => (await import('./commands/doctor.ts')).doctor },
  { name: 'demo', group: 'Setup', summary: 'see a budget stop a (fake) agent, in 20 seconds', load: async () => (await import('./commands/demo.ts')).demo },
  { name: 'config check', group: 'Setup', summary: 'is the file good', load: async () => (await import('./commands/config.ts')).configCheck },
  { name: 'config show', group: 'Setup', summary: 'every value in force, and where from', load: async () => (await import('./commands/config.ts')).configShow },
  { name: 'config path', group: 'Setup', summary: 'where the file is', load: async () => (await import('./commands/config.ts')).configPath },
  { name: 'config edit', group: 'Setup', summary: 'open it in your editor, then check it', load: async () => (await import('./commands/config.ts')).configEdit },
  { name: 'notify test', group: 'Setup', summary: 'send a test message', load: async () => (await import('./commands/doctor.ts')).notifyTest },
  { name: 'completion', group: 'Setup', summary: 'complete commands in bash, zsh or fish', load: async () => (await import('./commands/completion.ts')).completion },
  { name: 'uninstall', group: 'Setup', summary: 'take purser off this machine', load: async () => (await import('./commands/uninstall.ts')).uninstall },

  { name: 'hook', group: 'hidden', summary: 'answer one hook event by hand', load: async () => (await import('./commands/hooks.ts')).hook },
  { name: 'complete-ids', group: 'hidden', summary: 'ids for shell completion', load: async () => (await import('./commands/completion.ts')).completeIds },
]
