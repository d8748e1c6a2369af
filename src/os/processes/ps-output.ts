// What `ps` and `lsof` print on macOS, as text in and values out. Formats: ps(1) of macOS, keywords `lstart` (strftime
// `%c`, here in the C locale and UTC) and `stat`; lsof(8), "OUTPUT FOR OTHER PROGRAMS". Lines that do not fit are left out.

export interface PsLine {
  readonly pid: number
  readonly parent: number
  readonly uid: number
  /** First letter of `stat`: S, R, T (stopped), Z (zombie), ... */
  readonly state: string
  /** `lstart` as ISO 8601 text in UTC, whole seconds: an identity without spaces. */
  readonly startTime: string
  /** Path of the executable as macOS knows it; may hold spaces. */
  readonly command: string
}

export const PS_COLUMNS = 'pid,ppid,uid,stat,lstart,comm'
const LINE = /^\s*(\d+)\s+(\d+)\s+(-?\d+)\s+(\S+)\s+[A-Z][a-z]{2}\s+([A-Z][a-z]{2})\s+(\d{1,2})\s+(\d\d:\d\d:\d\d)\s+(\d{4})\s(.*)$/
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `ps -axo pid,ppid,uid,stat,lstart,comm`. The executable is last because it is the column that may hold spaces. */
export function parsePs(text: string): readonly PsLine[] {
  const found: PsLine[] = []
  for (const line of text.split('\n')) {
    const match = LINE.exec(line)
    if (!match) continue
    const [, pid, parent, uid, stat = '', month = '', day = '', time = '', year = '', command = ''] = match
    const monthNumber = MONTHS.indexOf(month) + 1
    if (monthNumber === 0) continue
    const startTime = `${year}-${String(monthNumber).padStart(2, '0')}-${day.padStart(2, '0')}T${time}Z`
    found.push({ pid: Number(pid), parent: Number(parent), uid: Number(uid), state: stat.slice(0, 1), startTime, command: command.trim() })
  }
  return found
}

/** `ps -axo pid,args`: pid to the arguments, which macOS joins with spaces. */
export function parseArgs(text: string): ReadonlyMap<number, string> {
  const found = new Map<number, string>()
  for (const line of text.split('\n')) {
    const match = /^\s*(\d+) (.*)$/.exec(line)
    if (match) found.set(Number(match[1]), (match[2] ?? '').trim())
  }
  return found
}

/** Splits joined arguments, as far as that can be done: an executable path with spaces is one argument. */
export function splitArgs(joined: string, command: string): readonly string[] {
  if (joined === '') return []
  const whole = command !== '' && (joined === command || joined.startsWith(`${command} `))
  const rest = whole ? joined.slice(command.length).trim() : joined
  const parts = rest.split(/\s+/).filter(part => part !== '')
  return whole ? [command, ...parts] : parts
}

// What lsof appends to a name it could not resolve, and the forms in which it escapes bytes that do not print.
const UNRESOLVED = / \((?:readlink|stat|opendir|lstat|unknown)[^)]*\)$/
const ESCAPED = /\\[xbfnrt\\]|\^[@-_]/

/**
 * `lsof -a -nP -d cwd -Fpfn`: pid to working directory. `f` is asked for by name because newer versions print it only
 * then; without any `f` line every name is one, since `-d cwd` selected nothing else.
 */
export function parseLsofCwd(text: string): ReadonlyMap<number, string> {
  const found = new Map<number, string>()
  let pid = 0
  let descriptor = 'cwd'
  for (const line of text.split('\n')) {
    const field = line[0], value = line.slice(1)
    if (field === 'p') {
      pid = /^\d+$/.test(value) ? Number(value) : 0
      descriptor = 'cwd'
    } else if (field === 'f') {
      descriptor = value
    } else if (field === 'n' && pid !== 0 && descriptor === 'cwd' && value.startsWith('/') && !UNRESOLVED.test(value) && !ESCAPED.test(value)) {
      found.set(pid, value)
    }
  }
  return found
}
