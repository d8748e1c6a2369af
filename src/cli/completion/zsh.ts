// The zsh script: works from a folder in $fpath and when sourced.
import type { Completes } from '../command.ts'
import type { CompletedCommand, CompletedOption, CompletedProgram } from './words.ts'

export function zshCompletion(program: CompletedProgram): string {
  return `#compdef purser
# zsh completion for purser; load it with: source <(purser completion zsh)
_purser_ids() {
  local -a ids
  ids=("\${(@f)$("\${words[1]}" complete-ids "$1" 2>/dev/null)}")
  compadd -a ids
}
_purser() {
  local cur="\${words[CURRENT]}" prev="\${words[CURRENT-1]}" first= second= word
  local -a items
  for word in "\${(@)words[2,CURRENT-1]}"; do
    [[ "$word" == -* ]] && continue
    if [[ -z "$first" ]]; then first="$word"; else second="$word"; break; fi
  done
  case "$first" in
    '')
      items=(${program.first.map(({ word, summary }) => described(word, summary)).join(' ')})
      _describe -t commands 'command' items; return ;;
${[...program.nouns].map(([noun, verbs]) => nounCase(noun, verbs, program)).join('\n')}
  esac
  case "$first" in
${program.commands.map(commandCase).join('\n')}
  esac
}
if [[ "\${funcstack[1]}" == _purser ]]; then _purser "$@"; else compdef _purser purser; fi
`
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`
/** `word:summary`, the colon of the word itself escaped. */
const described = (word: string, about: string): string => quoted(`${word.replaceAll(':', String.raw`\:`)}:${about}`)

function nounCase(noun: string, verbs: readonly string[], program: CompletedProgram): string {
  const items = verbs.map(verb => described(verb, program.commands.find(command => command.name === `${noun} ${verb}`)?.summary ?? ''))
  return `    ${noun}) case "$second" in
      ${verbs.join('|')}) first="$first $second" ;;
      *) items=(${items.join(' ')}); _describe -t commands '${noun}' items; return ;;
    esac ;;`
}

function commandCase(command: CompletedCommand): string {
  const values = command.options.filter(option => option.takesValue).map(optionCase)
  return [
    `    ${quoted(command.name)})`,
    ...(values.length > 0 ? [`      case "$prev" in`, ...values.map(value => `        ${value}`), '      esac'] : []),
    `      if [[ "$cur" == -* ]]; then`,
    `        items=(${command.options.map(option => described(option.name, option.about)).join(' ')})`,
    `        _describe -t options 'option' items`,
    ...(command.operand ? [`      else ${source(command.operand)}`] : []),
    '      fi ;;',
  ].join('\n')
}

const optionCase = (option: CompletedOption): string => `${option.name}) ${source(option)}; return ;;`

function source({ choices, completes }: { readonly choices: readonly string[]; readonly completes: Completes | null }): string {
  if (choices.length > 0) return `compadd -- ${choices.map(quoted).join(' ')}`
  switch (completes) {
    case 'file': return '_files'
    case 'folder': return '_files -/'
    case 'program': return '_command_names -e'
    case 'budget': case 'lock': return `_purser_ids ${completes}`
    case null: return ':'
  }
}
