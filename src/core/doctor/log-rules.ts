// What is read and what is not: every gap in what purser has seen is said out loud, each with its reason.
import type { Flaw } from '../tailing/cursor-store.ts'
import { DAY_MS, durationText } from '../time.ts'
import { isUnknown, type DoctorFacts, type LogFacts, type RetentionFact } from './facts.ts'
import { count, fine, judged, note, problem, shellWord, some, warning, type Finding } from './finding.ts'

export const logRules = (facts: DoctorFacts): readonly Finding[] => judged('log', 'the session logs', facts.logs, logs => [
  ...rootRules(logs), ...walkRules(logs), ...flawRules(logs.flaws), ...growthRule(logs),
])

function rootRules({ roots, refused, files }: LogFacts): readonly Finding[] {
  const closed = refused.map(({ path, why }, index) => warning(`log.refused${index === 0 ? '' : `.${index + 1}`}`, { title: `${path} is not read`, detail: why, remedy: 'Change it with `purser config edit`, then `purser index`' }))
  if (roots.length > 0) return [...closed, fine('log.roots', `${count(files, 'log')} in ${count(roots.length, 'folder')}`, some(roots))]
  return [...closed, warning('log.roots', { title: 'No session logs were found', detail: 'No folder of a known agent exists for this user.', remedy: 'Run your agent once; if its logs are elsewhere, add the folder to `roots` with `purser config edit`' })]
}

function walkRules({ unreadable, links, waiting }: LogFacts): readonly Finding[] {
  const [first] = unreadable
  return [
    ...(first ? [warning('log.unreadable', {
      title: `${count(unreadable.length, 'file or folder', 'files and folders')} cannot be read`, detail: `${some(unreadable.map(({ path, code }) => `${path} (${code})`))}. What they hold is not counted; all others are.`,
      remedy: first.code === 'ENOENT' ? 'Is its name right? Change it with `purser config edit`, key `roots`' : `Look at it: \`ls -ld ${shellWord(first.path)}\`; make it yours to read: \`chmod u+rX ${shellWord(first.path)}\``,
    })] : []),
    ...(links > 0 ? [note('log.links', { title: `${count(links, 'symbolic link')} among the logs ${links === 1 ? 'is' : 'are'} ignored`, detail: 'A link could bring any file into your bill.', remedy: 'If they hold logs, add the folder they point to: `purser config edit`, key `roots`' })] : []),
    ...(waiting > 0 ? [warning('log.waiting', { title: `${count(waiting, 'log waits', 'logs wait')} unread`, detail: '`max_files` leaves out all but the most recently written: totals are a lower bound.', remedy: 'Read them all: set `max_files = 0` with `purser config edit`, then `purser index`' })] : []),
  ]
}

interface FlawText { readonly id: string; readonly level: 'warn' | 'error'; readonly title: (times: number, files: number) => string; readonly detail: string; readonly remedy: (flaw: Flaw) => string }

const look = ({ path }: Flaw): string => `Look at the file: \`ls -la ${shellWord(path)}\``
const FLAWS: Record<Flaw['kind'], FlawText> = {
  malformed: {
    id: 'log.malformed', level: 'warn', title: (times, files) => `${count(times, 'damaged line')} in ${count(files, 'log')} ${times === 1 ? 'was' : 'were'} skipped`, detail: 'A client that was cut off leaves half a line; its neighbours are counted.',
    // `cat -v`: the line may be anything, a terminal's own language included.
    remedy: ({ path, firstOffset }) => `See the first: \`tail -c +${firstOffset + 1} ${shellWord(path)} | head -n 1 | cut -c 1-200 | cat -v\``,
  },
  oversized: { id: 'log.oversized', level: 'warn', title: (times, files) => `${count(times, 'gap')} in ${count(files, 'log')}: too large to read`, detail: 'A line over 32 MiB or a document over 64 MiB: what it cost is not counted.', remedy: look },
  damaged: {
    id: 'log.damaged', level: 'warn', title: (times, files) => `${count(times, 'impossible token count')} in ${count(files, 'log')} ${times === 1 ? 'was' : 'were'} taken as zero`, detail: 'Negative, fractional or absurd: the response counts too little.',
    remedy: () => 'Compare with the client\'s own cost: `purser pricing diagnose`',
  },
  unreadable: { id: 'log.cut_off', level: 'warn', title: (_times, files) => `${count(files, 'log')} could not be read to the end`, detail: 'What is missing is read as soon as it can be.', remedy: ({ path }) => `Make it yours to read: \`chmod u+r ${shellWord(path)}\`` },
  inferred: { id: 'log.inferred', level: 'warn', title: (times, files) => `${count(times, 'count')} in ${count(files, 'log')} ${times === 1 ? 'was' : 'were'} inferred`, detail: 'The log leaves open what of it was spent here; a rule of the agent\'s README decided.', remedy: look },
  quarantined: { id: 'log.quarantined', level: 'error', title: (_times, files) => `${count(files, 'log')} made purser fail and ${files === 1 ? 'is' : 'are'} set aside`, detail: 'Reading it failed three times; what follows in it is not counted.', remedy: () => 'Try it again, at the latest after an update of purser: `purser index`. If it fails again, please report it' },
}

function flawRules(flaws: readonly Flaw[]): readonly Finding[] {
  const kinds = Object.keys(FLAWS) as Flaw['kind'][]
  const found = kinds.flatMap(kind => flawRule(kind, flaws.filter(flaw => flaw.kind === kind)))
  return found.length > 0 ? found : [fine('log.flaws', 'Every line read was understood')]
}

function flawRule(kind: Flaw['kind'], flaws: readonly Flaw[]): readonly Finding[] {
  const [first] = flaws
  if (!first) return []
  const text = FLAWS[kind]
  const files = [...new Set(flaws.map(({ path }) => path))]
  const times = flaws.reduce((sum, { occurrences }) => sum + occurrences, 0)
  const why = first.why === '' ? '' : ` First: ${first.why}, at byte ${first.firstOffset}.`
  const wrong = { title: text.title(times, files.length), detail: `${some(files)}. ${text.detail}${why}`, remedy: text.remedy(first) }
  return [text.level === 'error' ? problem(text.id, wrong) : warning(text.id, wrong)]
}

const MEBIBYTE = 1024 * 1024
const growthRule = ({ grown, warnGrowthBytes }: LogFacts): readonly Finding[] => (grown.length === 0 ? [] : [note('log.growth', {
  title: `${count(grown.length, 'log')} grew by more than ${Math.round(warnGrowthBytes / MEBIBYTE)} MiB at once`, detail: `${some(grown)}. Usually pasted files or large tool results.`, remedy: `Look at it: \`ls -la ${shellWord(grown[0] ?? '')}\`; another size: \`purser config edit\`, key \`warn_growth\``,
})])

// The client's own default, and below what a holiday is a risk.
const RETENTION_DEFAULT_DAYS = 30
const RETENTION_SHORT_DAYS = 7

export function retentionRules(facts: DoctorFacts): readonly Finding[] {
  // Below one day nothing is written, so nothing can be late.
  const shortest = Math.min(...facts.retention.map(({ days }) => days ?? RETENTION_DEFAULT_DAYS).filter(days => days >= 1), RETENTION_DEFAULT_DAYS)
  return [...facts.retention.flatMap(retentionRule), ...freshnessRule(facts, shortest)]
}

function retentionRule({ client, file, days, problem: unread }: RetentionFact, index: number): readonly Finding[] {
  const id = `log.retention${index === 0 ? '' : `.${index + 1}`}`
  const remedy = `Set \`"cleanupPeriodDays": 365\` in ${file}, for example with \`\${EDITOR:-vi} ${shellWord(file)}\``
  if (unread !== '') return [warning(id, { title: `${client}'s settings cannot be read`, detail: `${file}: ${unread}. How long it keeps its logs is not known.`, remedy: `Mend the file: \`\${EDITOR:-vi} ${shellWord(file)}\`` })]
  if (days === null) return [fine(id, `${client} keeps its logs for ${RETENTION_DEFAULT_DAYS} days; purser keeps what it has read for good`)]
  // With 0 the client writes no log at all (anthropics/claude-code#23710), so there is nothing to read.
  if (days < 1) return [problem(id, { title: `${client} keeps no logs`, detail: `"cleanupPeriodDays": ${days} in ${file} turns them off: purser sees nothing of what it spends.`, remedy })]
  if (days < RETENTION_SHORT_DAYS) return [warning(id, { title: `${client} deletes its logs after ${count(days, 'day')}`, detail: `What it spends while purser does not run for that long is never counted (${file}).`, remedy })]
  return [fine(id, `${client} keeps its logs for ${count(days, 'day')}; purser keeps what it has read for good`)]
}

function freshnessRule({ logs, now }: DoctorFacts, shortestDays: number): readonly Finding[] {
  if (isUnknown(logs) || logs.caughtUpAt === null) return []
  const age = now - logs.caughtUpAt
  if (age < shortestDays * DAY_MS) return []
  return [warning('log.late', { title: `The logs were last read ${durationText(age)} ago`, detail: `A client deletes them after ${count(shortestDays, 'day')}: what it spent in between may be gone.`, remedy: 'Read what is left: `purser index`, and keep up: `purser up --detach`' })]
}
