// The fish script: a rule per word, each with the condition under which it may be typed.
import type { Completes } from '../command.ts'
import type { CompletedCommand, CompletedProgram } from './words.ts'

export function fishCompletion(program: CompletedProgram): string {
  return [
    '# fish completion for purser; load it with: purser completion fish | source',
    'function __purser_words',
    "    string match --invert -- '-*' (commandline -opc)[2..-1]",
    'end',
    'function __purser_at',
    '    set -l typed (__purser_words)',
    '    test (count $typed) -eq (count $argv); and test "$typed" = "$argv"',
    'end',
    'function __purser_in',
    '    set -l typed (__purser_words)',
    '    set -l length (count $argv)',
    '    test (count $typed) -ge $length; and test "$typed[1..$length]" = "$argv"',
    'end',
    'complete -c purser -f',
    ...program.first.map(({ word, summary }) => rule('__purser_at', `-a ${word}`, summary)),
    ...[...program.nouns].flatMap(([noun, verbs]) => verbs.map(verb => rule(`__purser_at ${noun}`, `-a ${verb}`, program.commands.find(command => command.name === `${noun} ${verb}`)?.summary ?? ''))),
    ...program.commands.flatMap(commandRules),
    '',
  ].join('\n')
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`

const rule = (condition: string, what: string, about: string): string => `complete -c purser -n ${quoted(condition)} ${what}${about === '' ? '' : ` -d ${quoted(about)}`}`

function commandRules(command: CompletedCommand): readonly string[] {
  const condition = `__purser_in ${command.name}`
  return [
    ...command.options.map(option => rule(condition, `-l ${option.name.slice(2)}${option.takesValue ? ` ${source(option) === FILES ? '-r' : '-x'}${source(option)}` : ''}`, option.about)),
    ...(command.operand && source(command.operand) !== '' ? [rule(condition, source(command.operand).trim(), '')] : []),
  ]
}

// -F offers files again, -x (a value, and no files) would take them away.
const FILES = ' -F'

function source({ choices, completes }: { readonly choices: readonly string[]; readonly completes: Completes | null }): string {
  if (choices.length > 0) return ` -a ${quoted(choices.join(' '))}`
  switch (completes) {
    case 'file': return FILES
    case 'folder': return " -a '(__fish_complete_directories)'"
    case 'program': return " -a '(__fish_complete_command)'"
    case 'budget': case 'lock': return ` -a '(purser complete-ids ${completes} 2>/dev/null)'`
    case null: return ''
  }
}
