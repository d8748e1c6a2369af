// The disk under the records, the database's other users, and the clock that dates every row.
import { durationText, isoText, MINUTE_MS, SECOND_MS, type Instant } from '../time.ts'
import type { ClockFacts, DoctorFacts } from './facts.ts'
import { atLeastVersion, count, fine, judged, note, problem, shellWord, some, warning, type Finding } from './finding.ts'
import { RESTART } from './runtime-rules.ts'

const SQLITE_MIN = [3, 51, 3]
// A purser command or hook program is node; whatever else writes here does not know our rules.
const OURS = /^(?:node|nodejs|purser)(?:\.exe)?$/
// Between two machines' clocks over a shared home, and of a virtual machine that woke up.
const BACK_TOLERANCE_MS = 2 * SECOND_MS
const AHEAD_TOLERANCE_MS = 5 * MINUTE_MS

// The log of the database alone grows to 32 MiB before it is folded in, and that needs as much room again.
const FREE_BYTES_MIN = 64 * 1024 * 1024
const MIB = 1024 * 1024

export const diskRule = ({ disk }: DoctorFacts): readonly Finding[] => judged('disk', 'the disk under the state folder', disk, found => {
  if (found === null) return [fine('disk', 'There is no state folder yet')]
  const { path, free, writable } = found, left = `${Math.floor(free / MIB).toLocaleString('en-US')} MiB`
  if (!writable) {
    return [problem('disk', {
      title: 'The state folder may not be written', detail: `${path}: purser answers from what is there, and counts and enforces nothing.`,
      remedy: `Look whose it is and how it is mounted: \`ls -ld ${shellWord(path)}; df ${shellWord(path)}\`; or name another: \`export PURSER_STATE=DIR\``,
    })]
  }
  if (free >= FREE_BYTES_MIN) return [fine('disk', `The disk has room: ${left}`, path)]
  return [problem('disk', {
    title: `Only ${left} are left for purser's records`, detail: `${path}: on a full disk nothing more is counted, so nothing more is enforced; what is recorded stays.`,
    remedy: `Free some space: \`df -h ${shellWord(path)}\`; or keep the records elsewhere: \`export PURSER_STATE=DIR\``,
  })]
})

export const openersRule = ({ openers }: DoctorFacts): readonly Finding[] => judged('database.writers', 'who has the database open', openers, all => {
  const foreign = all.filter(({ program }) => !OURS.test(program))
  if (foreign.length === 0) return [fine('database.writers', 'Only purser has the database open')]
  const [first] = foreign
  return [problem('database.writers', {
    title: `${count(foreign.length, 'other program has', 'other programs have')} the database open`, detail: `${some(foreign.map(({ pid, program }) => `${program} (pid ${pid})`))}: a writer with an old SQLite can corrupt it.`,
    remedy: `See what it is: \`ps -p ${first?.pid ?? ''} -o pid,user,args\`; close it, then restart: ${RESTART}`,
  })]
})

export const systemSqliteRule = ({ systemSqlite, places }: DoctorFacts): readonly Finding[] => judged('database.system_sqlite', 'the sqlite3 command', systemSqlite, version => {
  if (version === null) return [fine('database.system_sqlite', 'There is no sqlite3 command to write with by mistake')]
  if (atLeastVersion(version, SQLITE_MIN)) return [fine('database.system_sqlite', `The sqlite3 command is ${version}`)]
  const database = places.find(({ what }) => what === 'database')?.path ?? 'purser.db'
  return [note('database.system_sqlite', { title: `The sqlite3 command is ${version}, too old to write with`, detail: 'Reading is safe; writing while purser runs can corrupt the database.', remedy: `Only ever read: \`sqlite3 -readonly ${shellWord(database)}\`` })]
})

export const clockRules = (facts: DoctorFacts): readonly Finding[] => judged('clock', 'the clock', facts.clock, clock => {
  const wrong = [...behind(clock, facts.now), ...future(clock, facts.now), ...stepped(clock)]
  return wrong.length > 0 ? wrong.map(finding => ({ ...finding, remedy: finding.remedy === '' ? setClock(facts) : finding.remedy })) : [fine('clock', 'The clock is steady')]
})

const setClock = ({ platform }: DoctorFacts): string => (platform.system === 'darwin'
  ? 'Set it by the network: `sudo sntp -sS time.apple.com`'
  : platform.system === 'win32' ? 'Set it by the network: `w32tm /resync`' : 'Set it by the network: `sudo timedatectl set-ntp true`; then look: `timedatectl`')

function behind({ writtenUntil }: ClockFacts, now: Instant): readonly Finding[] {
  if (writtenUntil === null || now >= writtenUntil - BACK_TOLERANCE_MS) return []
  return [problem('clock.behind', {
    title: `The clock is ${durationText(writtenUntil - now)} behind what was written`, detail: `purser wrote at ${isoText(writtenUntil)}, and it is ${isoText(now)} now. Windows that have ended stay closed, and new spending may count into the wrong one.`, remedy: '',
  })]
}

function future({ futureEntries, latestEntryAt }: ClockFacts, now: Instant): readonly Finding[] {
  if (futureEntries === 0 || latestEntryAt === null || latestEntryAt <= now + AHEAD_TOLERANCE_MS) return []
  return [warning('clock.future', {
    title: `${count(futureEntries, 'response is', 'responses are')} dated in the future`, detail: `The latest is ${durationText(latestEntryAt - now)} ahead: a client's clock was wrong, or this one is. They count into the windows of their own dates.`, remedy: '',
  })]
}

const stepped = ({ backwardSteps, longestBackMs }: ClockFacts): readonly Finding[] => (backwardSteps === 0 || longestBackMs <= BACK_TOLERANCE_MS ? [] : [warning('clock.stepped', {
  title: `The clock went back ${backwardSteps === 1 ? 'once' : `${backwardSteps} times`}`, detail: `By up to ${durationText(longestBackMs)}, since the daemon started.`, remedy: '',
})])
