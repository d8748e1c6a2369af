// Every purser command a document tells somebody to type exists, and in a shell block parses as it is written.
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../../src/cli/commands.ts'
import { newGlobals, readArguments, route } from '../../src/cli/parse.ts'
import { messageOf } from '../../src/core/errors.ts'

const ROOT = path.join(import.meta.dirname, '..', '..')
const documents = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', ...readdirSync(path.join(ROOT, 'docs')).filter(name => name.endsWith('.md')).map(name => `docs/${name}`)]
const wordsOf = (line: string): string[] => (line.match(/"[^"]*"|\S+/g) ?? []).map(word => word.replaceAll('"', ''))

/** Commands in fenced shell blocks: one a line, comments and pipes cut off. */
const typed = (text: string): string[] => [...text.matchAll(/^```(\w*)\n([^]*?)^```/gm)]
  .filter(([, language]) => language === 'sh' || language === '')
  .flatMap(([, , block = '']) => block.split('\n'))
  .filter(line => line.startsWith('purser '))
  .map(line => (line.split(/ {2,}#| [|<>&]| \[/)[0] ?? '').trim())

/** Commands in `backticks`: perhaps only their name, with or without what follows. */
const named = (text: string): string[] => [...text.replace(/^```[^]*?^```/gm, '').matchAll(/`purser ([^`]+)`/g)].map(([, rest = '']) => rest)

describe.each(documents)('%s', name => {
  const text = readFileSync(path.join(ROOT, name), 'utf8')
  it('tells nobody to type what the program does not take', async () => {
    const wrong: string[] = []
    for (const line of typed(text)) {
      try {
        const globals = newGlobals()
        const target = route(wordsOf(line).slice(1), COMMANDS, globals)
        if (target.to === 'command') readArguments(target.entry.name, await target.entry.load(), target.rest, globals)
      } catch (error) {
        wrong.push(`${line}: ${messageOf(error)}`)
      }
    }
    expect(wrong).toEqual([])
  })
  it('names only commands and options that exist', async () => {
    const wrong: string[] = []
    for (const rest of named(text).filter(words => !/^(COMMAND|--help)/.test(words))) {
      try {
        const words = wordsOf(rest.replace(/[[\]]/g, ''))
        const target = route(words.slice(0, 2), COMMANDS, newGlobals())
        if (target.to !== 'command') continue
        const known = Object.keys((await target.entry.load()).options)
        for (const [, option = ''] of rest.matchAll(/--([a-z][a-z-]*)/g)) if (!known.includes(option) && !['json', 'help', 'quiet', 'no-color', 'version'].includes(option)) wrong.push(`purser ${rest}: no --${option}`)
      } catch (error) {
        wrong.push(`purser ${rest}: ${messageOf(error)}`)
      }
    }
    expect(wrong).toEqual([])
  })
})
