// The file that is written on first start: every key with its meaning and default, commented out, so that the file
// explains itself and changes nothing but the zone it pins.
import { EXTERNAL_KEYS, EXTERNAL_KINDS } from './external-keys.ts'
import { NOTIFY_KEYS, SECTIONS, TOP_KEYS, type Key, type Section } from './keys.ts'

const WIDTH = 110

/** A complete config whose settings are the defaults, in `zone`. */
export function defaultConfigText(zone: string): string {
  return [
    '# purser: what may be spent, and where to tell.',
    '# A line like "# key = value" shows a default, or an example where there is none: take the "# " away to change',
    '# it, then type: purser config check',
    '',
    ...comment(TOP_KEYS.zone.says),
    `zone = ${JSON.stringify(zone)}`,
    ...SECTIONS.flatMap(section => ['', ...sectionLines(section)]),
    '',
  ].join('\n')
}

function sectionLines(section: Section): readonly string[] {
  const { name, repeated, keys, says } = section
  if (!repeated) return [...comment(says), `[${name}]`, ...Object.entries(keys).flatMap(([key, one]) => keyLines(key, one))]
  if (section.keys === NOTIFY_KEYS) return channelLines(says)
  if (section.keys === EXTERNAL_KEYS) return externalLines(says)
  return [...comment(says), `# [[${name}]]`, ...Object.entries(keys).flatMap(([key, one]) => keyLines(key, one))]
}

const keyLines = (name: string, { says, fallback, example }: Key<unknown>): readonly string[] =>
  [...comment(says), `# ${name} = ${fallback === null || fallback === '' ? example : fallback}`]

/** No channel takes all keys, so two whole examples stand here and the rest is told. */
function channelLines(says: string): readonly string[] {
  const { channel: _, min_level: level, ...others } = NOTIFY_KEYS
  return [
    ...comment(says), '# [[notify]]', ...comment(NOTIFY_KEYS.channel.says), '# channel = "desktop"', ...keyLines('min_level', level),
    ...Object.entries(others).flatMap(([name, key]) => comment(`${name}: ${key.says}`)),
    '# [[notify]]', '# channel = "ntfy"', `# url = ${NOTIFY_KEYS.url.example}`,
  ]
}

/** No kind takes all keys, and a bill comes from a program or from a file: one of each kind stands here, and the rest is told. */
function externalLines(says: string): readonly string[] {
  const shown = ['id', 'kind', 'file', 'amount'] as const
  const others = Object.entries(EXTERNAL_KEYS).filter(([name]) => !(shown as readonly string[]).includes(name))
  return [
    ...comment(says), '# [[external]]', ...shown.flatMap(name => [...comment(EXTERNAL_KEYS[name].says), `# ${name} = ${EXTERNAL_KEYS[name].example}`]),
    ...others.flatMap(([name, key]) => comment(`${name}: ${key.says}`)),
    '# [[external]]', '# id = "spending-hook"', '# kind = "evm"', ...EXTERNAL_KINDS.evm.needs.map(name => `# ${name} = ${EXTERNAL_KEYS[name].example}`),
  ]
}

/** Text as comment lines that fit a terminal. */
function comment(text: string): readonly string[] {
  const lines: string[] = []
  let line = '#'
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = '#'
    }
    line += ` ${word}`
  }
  return [...lines, line]
}
