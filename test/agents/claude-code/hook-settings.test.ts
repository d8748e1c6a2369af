import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { claudeCodeHookSettings, hookCommand } from '../../../src/agents/claude-code/hook-settings.ts'

const SCRIPT = '/home/dev/.local/state/purser/hook/purser-hook.sh'
const { merge, unmerge, inspect, events, block } = claudeCodeHookSettings
const installed = (text: string): string => {
  const edit = merge(text, SCRIPT)
  if (edit.edit === 'refused') throw new Error(`line ${edit.line}: ${edit.problem}`)
  return edit.edit === 'changed' ? edit.text : text
}
const removed = (text: string): string => {
  const edit = unmerge(text, SCRIPT)
  if (edit.edit === 'refused') throw new Error(`line ${edit.line}: ${edit.problem}`)
  return edit.edit === 'changed' ? edit.text : text
}
type Handler = { command: string }
type Settings = { hooks?: Record<string, { hooks: Handler[] }[]> } & Record<string, unknown>
const parsed = (text: string): Settings => JSON.parse(text.replace(/^\ufeff/, '')) as Settings
const foreign = (settings: Settings): Settings => ({
  ...settings,
  hooks: Object.fromEntries(Object.entries(settings.hooks ?? {})
    .map(([event, groups]) => [event, groups.filter(group => !group.hooks?.some(hook => typeof hook.command === 'string' && hook.command.includes(SCRIPT)))] as const)),
})

const MINE = `{
    "model": "opus",
    "hooks": {
        "PreToolUse": [
            {
                "matcher": "Bash",
                "hooks": [ { "type": "command", "command": "lint.sh" } ]
            }
        ],
        "Stop": [ { "hooks": [ { "type": "command", "command": "say done" } ] } ]
    },
    "permissions": { "allow": ["Bash(ls:*)"] }
}
`

describe('installing', () => {
  it('registers the five events once each, with time for the script to answer', () => {
    const { hooks = {} } = parsed(installed('{}'))
    expect(Object.keys(hooks)).toEqual(events)
    expect(hooks.PreToolUse).toEqual([{ hooks: [{ type: 'command', command: hookCommand(SCRIPT, 'PreToolUse'), timeout: 10 }] }])
    expect(hooks.SessionEnd).toMatchObject([{ hooks: [{ timeout: 2 }] }])
  })

  it('keeps what was there, in its place and its form', () => {
    const after = installed(MINE)
    expect(after).toContain('                "hooks": [ { "type": "command", "command": "lint.sh" } ]\n            },\n            {\n                "hooks": [\n')
    expect(after.startsWith('{\n    "model": "opus",\n    "hooks": {\n        "PreToolUse": [\n            {\n                "matcher": "Bash",')).toBe(true)
    expect(after.endsWith('    "permissions": { "allow": ["Bash(ls:*)"] }\n}\n')).toBe(true)
    expect(parsed(after).hooks?.PreToolUse?.map(group => group.hooks[0]?.command)).toEqual(['lint.sh', hookCommand(SCRIPT, 'PreToolUse')])
    expect(removed(after)).toBe(MINE)
  })

  it('a second time changes nothing', () => {
    expect(merge(installed(MINE), SCRIPT)).toEqual({ edit: 'unchanged' })
  })

  it('repairs what was half removed, doubled or changed, and leaves exactly one of each', () => {
    const whole = installed(MINE)
    const damaged = [
      whole.replace('"timeout": 10', '"timeout": 1'),
      whole.replace(`"${hookCommand(SCRIPT, 'SessionStart')}"`, `"${hookCommand(SCRIPT, 'UserPromptSubmit')}"`),
      whole.replace('"PostToolBatch": [', `"PostToolBatch": [\n{ "matcher": "x", "hooks": [ { "type": "command", "command": "${hookCommand(SCRIPT, 'PostToolBatch')}" } ] },`),
    ]
    for (const text of damaged) {
      expect(text).not.toBe(whole)
      expect(inspect(installed(text), SCRIPT)).toMatchObject({ registered: events, missing: [] })
      expect(installed(text).split(SCRIPT)).toHaveLength(whole.split(SCRIPT).length)
      expect(foreign(parsed(installed(text)))).toEqual(foreign(parsed(whole)))
    }
  })

  it('two state folders do not disturb each other', () => {
    const other = SCRIPT.replace('/purser/', '/purser-test/')
    const both = merge(installed(MINE), other)
    if (both.edit !== 'changed') throw new Error('not merged')
    expect(inspect(both.text, SCRIPT)).toMatchObject({ missing: [], otherScripts: [other] })
    expect(removed(both.text)).toContain(other)
  })

  it.each(['\r\n', '\n'])('keeps the line ends %j, the byte order mark and the missing last newline', newline => {
    const text = `\ufeff${MINE.trimEnd().replaceAll('\n', newline)}`
    const after = installed(text)
    expect(after.startsWith('\ufeff{')).toBe(true)
    expect(after.endsWith('}')).toBe(true)
    expect(after.replaceAll(newline, '')).not.toMatch(/[\r\n]/)
    expect(removed(after)).toBe(text)
  })

  it('a path with blanks and quotes is one word for the shell', () => {
    const path = "/home/d'ev/my state/purser-hook.sh"
    expect(hookCommand(path, 'PreToolUse')).toBe(`[ ! -f '/home/d'\\''ev/my state/purser-hook.sh' ] || exec /bin/sh '/home/d'\\''ev/my state/purser-hook.sh' PreToolUse`)
    const edit = merge(MINE, path)
    expect(edit.edit === 'changed' && unmerge(edit.text, path)).toEqual({ edit: 'changed', text: MINE })
  })

  it.each(['', '\n', '   '])('an empty file %j gets the block', text => {
    expect(installed(text)).toBe(`${block(SCRIPT)}\n`)
  })
})

describe('refusing', () => {
  it.each([
    ['{ // mine\n}', 1, 'comments'], ['{\n  "a": 1,\n  /* x */ "b": 2\n}', 3, 'comments'], ['{\n  "a": 1,\n}', 3, 'name in double quotes'], ['{\n "hooks": []\n}', 2, '"hooks" is not an object'],
    ['{\n "hooks": {\n  "PreToolUse": {}\n }\n}', 3, '"hooks.PreToolUse" is not an array'], ['[]', 1, 'not a JSON object'], ['{"hooks": {}, "hooks": {}}', 1, '"hooks" is there twice'],
    ['{\n"hooks": {"Stop": [],\n"Stop": []}}', 3, '"Stop" is there twice'], ['{"a": tru}', 1, 'value is expected'], ['{"a": 01}', 1, 'comma'], ["{'a': 1}", 1, 'double quotes'], ['{"a": "x\ny"}', 1, 'not closed'],
    ['{"a": 1} {}', 1, 'after the end'], ['{"a": [1, 2}', 1, 'comma or ]'], ['{"a": ', 1, 'ends in the middle'], ['{"a": NaN}', 1, 'value is expected'], [`${'['.repeat(200)}${']'.repeat(200)}`, 1, 'nested deeper'],
  ])('%j names line %i', (text, line, problem) => {
    for (const edit of [merge(text, SCRIPT), merge(`\ufeff${text}`, SCRIPT)]) expect(edit).toEqual({ edit: 'refused', line, problem: expect.stringContaining(problem) as string })
    expect(inspect(text, SCRIPT).registered).toEqual([])
  })

  it('a refusal quotes nothing of the file', () => {
    expect(JSON.stringify(merge('{"env": {"TOKEN": "s3cret}', SCRIPT))).not.toContain('s3cret')
  })

  it('accepts exactly what JSON.parse accepts', () => {
    const pieces = fc.array(fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '"hooks"', '"\\u00e9"', '"\\x"', '1', '-0', '1.5e3', '.5', 'true', 'null', ' ', '\n', '//x', '"\u0001"', '"\u007f"'), { maxLength: 10 }).map(parts => parts.join(''))
    fc.assert(fc.property(fc.oneof(pieces, fc.json()), body => {
      const text = `{"x": ${body}}`
      const readable = ((): boolean => { try { JSON.parse(text); return true } catch { return false } })()
      expect(unmerge(text, SCRIPT).edit === 'refused', text).toBe(!readable)
    }), { numRuns: 3_000 })
  })
})

// Settings as people and tools write them: any JSON around, hooks of their own, any indentation, compact or not. Empty
// containers on our path are the one thing that cutting cannot give back; hook-files' receipt does.
const handler = fc.record({ type: fc.constant('command'), command: fc.string({ minLength: 1, maxLength: 12 }), timeout: fc.nat(60) }, { requiredKeys: ['type', 'command'] })
const group = fc.record({ matcher: fc.string({ maxLength: 5 }), hooks: fc.array(handler, { minLength: 1, maxLength: 3 }) }, { requiredKeys: ['hooks'] })
const ownHooks = fc.dictionary(fc.constantFrom(...events, 'Stop', 'Notification'), fc.array(group, { minLength: 1, maxLength: 3 }), { minKeys: 1 })
const around = fc.dictionary(fc.string({ maxLength: 8 }).filter(key => !['hooks', '__proto__'].includes(key)), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 })
const settings = fc.tuple(around, fc.option(ownHooks), fc.boolean()).map(([others, hooks, first]) => hooks === null ? others : first ? { hooks, ...others } : { ...others, hooks })
const written = fc.tuple(settings, fc.constantFrom(null, 1, 2, 3, 4, '\t', 8), fc.constantFrom('\n', '\r\n'), fc.constantFrom('', '\ufeff'), fc.constantFrom('', '\n', '\n\n', '  '))
  .map(([value, indent, newline, mark, tail]) => mark + (indent === null ? JSON.stringify(value) : JSON.stringify(value, null, indent).replaceAll('\n', newline)) + tail)

describe('for any settings', () => {
  it('installing adds only our entries, and taking them out gives every byte back', () => {
    fc.assert(fc.property(written, text => {
      const after = installed(text)
      expect(inspect(after, SCRIPT)).toMatchObject({ problem: null, missing: [] })
      const own = foreign(parsed(after)), before = parsed(text)
      for (const event of Object.keys(own.hooks ?? {})) if (own.hooks?.[event]?.length === 0 && !before.hooks?.[event]) delete own.hooks[event]
      expect(own).toEqual({ ...before, hooks: before.hooks ?? {} })
      expect(merge(after, SCRIPT)).toEqual({ edit: 'unchanged' })
      expect(removed(after)).toBe(text)
    }), { numRuns: 400 })
  })

  it('with the file written anew by another tool in between, only our entries go', () => {
    fc.assert(fc.property(written, fc.constantFrom(null, 2, '\t'), (text, indent) => {
      const rewritten = JSON.stringify({ ...parsed(installed(text)), added: 'by the client' }, null, indent ?? undefined)
      expect(parsed(removed(rewritten))).toEqual({ ...parsed(text), added: 'by the client' })
    }), { numRuns: 200 })
  })
})

describe('inspecting', () => {
  it('finds the settings that keep hooks from running, with their lines', () => {
    expect(inspect('{\n "disableAllHooks": true,\n "env": {"CLAUDE_CODE_SIMPLE": "1"}\n}', SCRIPT).risks).toEqual(['"disableAllHooks": true (line 2)', '"env": {"CLAUDE_CODE_SIMPLE"} (line 3)'])
    expect(inspect('{"disableAllHooks": false, "env": {"CLAUDE_CODE_SIMPLE": "0"}}', SCRIPT).risks).toEqual([])
  })
  it('does not take a person\'s own command around our script for ours', () => {
    const text = JSON.stringify({ hooks: { PreToolUse: [{ hooks: [{ type: 'command', command: `time sh ${SCRIPT} PreToolUse` }] }] } })
    expect(inspect(text, SCRIPT)).toMatchObject({ registered: [], missing: events })
    expect(unmerge(text, SCRIPT)).toEqual({ edit: 'unchanged' })
  })
  it('tells which events are missing', () => {
    const partly = JSON.stringify({ hooks: { PreToolUse: [{ hooks: [{ type: 'command', command: hookCommand(SCRIPT, 'PreToolUse'), timeout: 10 }] }] } })
    expect(inspect(partly, SCRIPT)).toMatchObject({ registered: ['PreToolUse'], missing: events.filter(event => event !== 'PreToolUse') })
  })
})
