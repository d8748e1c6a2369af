import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { removeBudget, setBudget, unknownBudget, type BudgetChanges } from '../../src/config/edit.ts'
import type { EditedFile } from '../../src/config/edit-table.ts'
import { defaultConfigText } from '../../src/config/default-text.ts'
import { loadConfig, type ConfigContext } from '../../src/config/load.ts'
import { codeOf } from '../../src/core/errors.ts'
import { parseUsd } from '../../src/core/money.ts'
import { parseDurationMs } from '../../src/core/time.ts'

const CONTEXT: ConfigContext = { systemZone: 'Europe/Paris', home: '/home/u' }
const file = (text: string): EditedFile => ({ text, file: '/c/config.toml', context: CONTEXT })
const set = (text: string, id: string, changes: BudgetChanges): string => setBudget(file(text), id, changes)
const remove = (text: string, id: string): string => removeBudget(file(text), id)
const budgetsOf = (text: string) => loadConfig(text, '/c/config.toml', CONTEXT).settings.budgets
const refusal = (body: () => unknown): string => { try { body(); return 'nothing was refused' } catch (error) { return `${codeOf(error)}: ${(error as Error).message}` } }

const FILE = `# my limits
zone = "UTC" # home

[[budget]] # the website
id = "web"
# agreed with Ann
limit = 20 # dollars
window = "daily"

# for experiments
[[budget]]
  id = "lab"
  limit = "5.00"


[logs]
# fewer
max_files = 100
`

describe('setBudget', () => {
  it('changes one value and not a character more', () => {
    expect(set(FILE, 'web', { limit: '25.50' })).toBe(FILE.replace('limit = 20 #', 'limit = "25.50" #'))
    expect(set(FILE, 'lab', { limit: '6' })).toBe(FILE.replace('"5.00"', '"6"'))
  })

  it('leaves what means the same as it was written', () => {
    expect(set(FILE, 'web', { limit: '20.00', window: 'day' })).toBe(FILE)
  })

  it('adds keys below the last one, as far in as its neighbours', () => {
    expect(set(FILE, 'web', { on_breach: 'deny', project: 'web-*' })).toBe(FILE.replace('window = "daily"\n', 'window = "daily"\nproject = "web-*"\non_breach = "deny"\n'))
    expect(set(FILE, 'lab', { branch: 'main' })).toBe(FILE.replace('  limit = "5.00"\n', '  limit = "5.00"\n  branch = "main"\n'))
  })

  it('takes keys out with their line, and only those', () => {
    expect(set(FILE, 'web', { window: null })).toBe(FILE.replace('window = "daily"\n', ''))
    expect(set(FILE, 'web', { branch: null })).toBe(FILE)
    expect(set(FILE, 'web', { window: null, branch: 'x', limit: '1' })).toBe(FILE.replace('limit = 20 # dollars\nwindow = "daily"\n', 'limit = "1" # dollars\nbranch = "x"\n'))
  })

  it('keeps the word that stands there for a key', () => {
    expect(set('[[budget]]\nname = "a"\ncap = 5\n', 'a', { limit: '7' })).toBe('[[budget]]\nname = "a"\ncap = "7"\n')
  })

  it('adds a new budget at the end, with a blank line before it', () => {
    const added = '[[budget]]\nid = "new"\nproject = "a\\"b"\nlimit = "1"\nthresholds = [50, 90]\n'
    const changes = { project: 'a"b', limit: '1', thresholds: [50, 90] }
    expect(set(FILE, 'new', changes)).toBe(`${FILE}\n${added}`)
    expect(set('', 'new', changes)).toBe(added)
    expect(set('zone = "UTC"', 'new', changes)).toBe(`zone = "UTC"\n\n${added}`)
    expect(set('zone = "UTC"\n\n', 'new', changes)).toBe(`zone = "UTC"\n\n${added}`)
    expect(budgetsOf(set(defaultConfigText('UTC'), 'new', changes)).map(budget => budget.id)).toEqual(['new'])
  })

  it('writes the line ends the file has, and keeps its byte order mark', () => {
    const crlf = `\uFEFF${FILE.replaceAll('\n', '\r\n')}`
    for (const edited of [set(crlf, 'web', { on_breach: 'deny', window: null }), set(crlf, 'new', { limit: '1' }), remove(crlf, 'lab')]) {
      expect(edited.startsWith('\uFEFF# my limits\r\n')).toBe(true)
      expect(edited.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    }
    expect(set('[[budget]]\r\nid = "a"\r\nlimit = 1', 'a', { per: 'branch' })).toBe('[[budget]]\r\nid = "a"\r\nlimit = 1\r\nper = "branch"')
  })

  it('replaces a value that goes over several lines', () => {
    expect(set('[[budget]]\nid = "a"\nthresholds = [\n  50, # half\n  90,\n] # told\nlimit = 1\n', 'a', { thresholds: [75] })).toBe('[[budget]]\nid = "a"\nthresholds = [75] # told\nlimit = 1\n')
  })

  it('refuses a change that is wrong, by the key and not by a line that nobody has written', () => {
    expect(refusal(() => set(FILE, 'web', { limit: '1e3' }))).toMatch(/^invalid_input: limit is "1e3": not an amount of US dollars/)
    expect(refusal(() => set(FILE, 'web', { window: 'dayly' }))).toBe('invalid_input: window is "dayly", but must be one of "day", "week", "month", "5h", "24h", "7d", "lifetime"; did you mean "day"?')
    expect(refusal(() => set(FILE, 'web', { project: '[x' }))).toMatch(/^invalid_input: project is "\[x", a pattern that has/)
    expect(refusal(() => set(FILE, 'web', { project: 'a\nb = 1' }))).toBe('invalid_input: project holds control characters')
    expect(refusal(() => set(FILE, 'we b', { limit: '1' }))).toMatch(/^invalid_input: id is "we b"/)
    expect(refusal(() => set(FILE, 'web', { limit: null }))).toBe('invalid_input: a budget cannot be without limit')
    expect(refusal(() => set(FILE, 'new', { project: 'x' }))).toBe('invalid_input: budget "new" is new and needs a limit; add: --limit 20')
  })

  it('refuses to edit a file that has an error anywhere, with that error', () => {
    expect(refusal(() => set(`${FILE}sweeep = "2s"\n`, 'web', { limit: '1' }))).toMatch(/^config_invalid: \/c\/config\.toml, line 19, \[logs\]: sweeep is not a key\. Did you mean sweep\?/)
    expect(refusal(() => remove(`${FILE}x`, 'web'))).toMatch(/^config_invalid: /)
  })

  it('refuses budgets that are written inline, with the line', () => {
    const inline = 'zone = "UTC"\nbudget = [{ id = "a", limit = 1 }]\n'
    for (const body of [() => set(inline, 'a', { limit: '2' }), () => set(inline, 'b', { limit: '2' }), () => remove(inline, 'a')]) expect(refusal(body)).toMatch(/^conflict: \/c\/config\.toml, line 2: budgets are written inline/)
  })
})

describe('removeBudget', () => {
  it('takes out the table and the blank line that set it apart, and nothing else', () => {
    expect(remove(FILE, 'web')).toBe(FILE.replace(/\[\[budget\]\] # the website[^]*?"daily"\n\n/, ''))
    expect(remove(FILE, 'lab')).toBe(FILE.replace(/\[\[budget\]\]\n {2}id[^]*?"5.00"\n/, ''))
    expect(remove('[[budget]]\nid = "a"\nlimit = 1', 'a')).toBe('')
  })

  it('names the nearest id for one that is not there', () => {
    expect(refusal(() => remove(FILE, 'wbe'))).toBe('not_found: there is no budget "wbe"; did you mean "web"?')
    expect(refusal(() => remove(FILE, 'something-else'))).toBe('not_found: there is no budget "something-else"; there are: web, lab')
    expect(unknownBudget('a', { budgets: [] }).message).toBe('there is no budget "a"; there is none; type: purser budget set NAME --limit 20')
  })
})

// ── Any file, any change ─────────────────────────────────────────────────────────────────────────────────────────────

const IDS = ['web', 'lab', 'c.d', 'e_f'] as const
const noise = fc.constantFrom('', '\n', '# a note\n', '\n\n', '# [[budget]]\n# id = "web"\n')
const line = (name: string, values: fc.Arbitrary<string>) => fc.tuple(values, fc.constantFrom('', '', ' # why', '   '), fc.constantFrom('', '', '  '), noise).map(([value, after, before, following]) => `${before}${name} = ${value}${after}\n${following}`)
const tableOf = (id: string) => fc.tuple(
  fc.constantFrom('[[budget]]', '[[ budget ]] # mine', '[["budget"]]'), line('id', fc.constantFrom(`"${id}"`, `'${id}'`, `"""${id}"""`)),
  line('limit', fc.constantFrom('20', '"20.00"', '0.1', "'5'")),
  fc.subarray(['window', 'project', 'on_breach', 'thresholds', 'grace'] as const).chain(keys => fc.tuple(...keys.map(key => line(key, fc.constantFrom(...({
    window: ['"day"', '"weekly"'], project: ['"web-*"', "'/srv/x'"], on_breach: ['"deny"', '"kill"'], thresholds: ['[50]', '[\n  10, # ten\n  20 ]'], grace: ['"5s"', '0'],
  } satisfies Record<typeof key, string[]>)[key]))))),
).map(([header, idLine, limit, others]) => `${header}\n${idLine}${limit}${others.join('')}`)
const anyFile = fc.tuple(
  fc.constantFrom('', '# top\n', 'zone = "UTC" # here\n'), fc.subarray([...IDS], { minLength: 0 }).chain(ids => fc.tuple(...ids.map(tableOf))),
  fc.constantFrom('', '[logs] # at the end\nmax_files = 5\n', '[enforcement]\nsigkill = true'), fc.boolean(), noise,
).map(([top, tables, end, crlf, between]) => {
  const text = `${top}${tables.join(between)}${end}`
  return crlf ? text.replaceAll('\n', '\r\n') : text
})
const anyChange = fc.record({
  limit: fc.constantFrom('1', '0.000000001', '999.99'), window: fc.constantFrom('day', 'lifetime', null), project: fc.constantFrom('a#b', 'q"\\\\x', "it's", '/srv/**', null),
  on_breach: fc.constantFrom('warn', 'terminate', null), thresholds: fc.constantFrom([1, 2], [], null), grace: fc.constantFrom('0s', '10m', null), hard: fc.constantFrom(true, false, null),
}, { requiredKeys: ['limit'] })

/** What the budget should be afterwards, worked out from its fields rather than from text. */
function expected(before: ReturnType<typeof budgetsOf>, id: string, changes: typeof anyChange extends fc.Arbitrary<infer C> ? C : never) {
  const old = before.find(budget => budget.id === id)
  const pick = <T, U>(change: T | null | undefined, kept: U, fallback: U, read: (value: T) => U): U => (change === undefined ? kept : change === null ? fallback : read(change))
  return {
    id, limit: parseUsd(changes.limit),
    window: pick(changes.window, old?.window ?? 'day', 'day', value => value as 'day'),
    project: pick(changes.project, old?.selector.project, undefined, value => value),
    onBreach: pick(changes.on_breach, old?.onBreach ?? 'warn', 'warn', value => value as 'warn'),
    thresholds: pick(changes.thresholds, old?.thresholds ?? [50, 80, 95, 100], [50, 80, 95, 100], value => value),
    graceMs: pick(changes.grace, old?.graceMs ?? 30_000, 30_000, value => parseDurationMs(value) ?? 0),
    hard: pick(changes.hard, old?.hard ?? true, true, value => value),
  }
}
const seen = (budget: ReturnType<typeof budgetsOf>[number] | undefined) => budget && {
  id: budget.id, limit: budget.limit, window: budget.window, project: budget.selector.project, onBreach: budget.onBreach, thresholds: budget.thresholds, graceMs: budget.graceMs, hard: budget.hard,
}
const comments = (text: string): string[] => [...text.matchAll(/#[^\n\r]*/g)].map(match => match[0])

describe('on any file', () => {
  it('an edit reads back as exactly what was meant, and leaves the other budgets and settings alone', () => {
    fc.assert(fc.property(anyFile, fc.constantFrom(...IDS, 'new'), anyChange, (text, id, changes) => {
      const before = loadConfig(text, 'f', CONTEXT).settings
      const after = loadConfig(set(text, id, changes), 'f', CONTEXT).settings
      expect(seen(after.budgets.find(budget => budget.id === id))).toEqual(expected(before.budgets, id, changes))
      const others = ({ budgets, ...rest }: typeof before) => ({ ...rest, budgets: budgets.filter(budget => budget.id !== id) })
      expect(others(after)).toEqual(others(before))
      expect(after.budgets.map(budget => budget.id)).toEqual(before.budgets.some(budget => budget.id === id) ? before.budgets.map(budget => budget.id) : [...before.budgets.map(budget => budget.id), id])
    }), { numRuns: 150 })
  })

  it('an edit keeps every line it does not change, in order', () => {
    fc.assert(fc.property(anyFile, fc.constantFrom(...IDS, 'new'), anyChange, (text, id, changes) => {
      const after = set(text, id, changes).split(/(?<=\n)/)
      const touched = /^\s*(limit|window|project|on_breach|thresholds|grace|hard) =|^\s+10, # ten|^\s+20 \]/
      let at = 0
      for (const kept of text.split(/(?<=\n)/).filter(each => each !== '' && !touched.test(each))) {
        const found = after.findIndex((each, position) => position >= at && each.trimEnd() === kept.trimEnd())
        expect(found, kept).toBeGreaterThanOrEqual(0)
        at = found + 1
      }
    }), { numRuns: 150 })
  })

  it('the same edit twice is the same as once', () => {
    fc.assert(fc.property(anyFile, fc.constantFrom(...IDS, 'new'), anyChange, (text, id, changes) => {
      const once = set(text, id, changes)
      expect(set(once, id, changes)).toBe(once)
    }), { numRuns: 80 })
  })

  it('removing takes exactly one budget, and nothing above it', () => {
    fc.assert(fc.property(anyFile.filter(text => budgetsOf(text).length > 0), text => {
      const before = loadConfig(text, 'f', CONTEXT).settings
      const [first] = before.budgets
      const result = remove(text, first?.id ?? '')
      const after = loadConfig(result, 'f', CONTEXT).settings
      expect(after).toEqual({ ...before, budgets: before.budgets.slice(1) })
      const header = text.search(/^\[\[/m)
      expect(comments(result.slice(0, header))).toEqual(comments(text.slice(0, header)))
    }), { numRuns: 100 })
  })

  it('adding and removing again gives back the text, up to one blank line', () => {
    fc.assert(fc.property(anyFile, text => {
      const there = set(text, 'new', { limit: '1' })
      expect(remove(there, 'new').trimEnd()).toBe(text.trimEnd())
    }), { numRuns: 80 })
  })
})
