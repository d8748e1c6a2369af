// The bash script: one function, no bash-completion package needed. Values that purser looks up are compared word by
// word, never expanded: `compgen -W` would run a command substitution hidden in an id.
import type { Completes } from '../command.ts'
import type { CompletedCommand, CompletedOption, CompletedProgram } from './words.ts'

export function bashCompletion(program: CompletedProgram): string {
  return `# bash completion for purser; load it with: source <(purser completion bash)
_purser_ids() {
  local id
  while IFS= read -r id; do
    [[ $id == "$cur"* ]] && COMPREPLY+=("$id")
  done < <("\${COMP_WORDS[0]}" complete-ids "$1" 2>/dev/null)
}
_purser() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} first= second= word
  COMPREPLY=()
  if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word == -* ]] && continue
    if [[ -z $first ]]; then first=$word; else second=$word; break; fi
  done
  case $first in
    '') COMPREPLY=($(compgen -W ${quoted([...program.first.map(({ word }) => word), '--help', '--version'].join(' '))} -- "$cur")); return ;;
${[...program.nouns].map(([noun, verbs]) => `    ${noun}) case $second in ${verbs.join('|')}) first="$first $second" ;; *) COMPREPLY=($(compgen -W ${quoted([...verbs, '--help'].join(' '))} -- "$cur")); return ;; esac ;;`).join('\n')}
  esac
  case $first in
${program.commands.map(commandCase).join('\n')}
  esac
}
complete -F _purser purser
`
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`

function commandCase(command: CompletedCommand): string {
  const values = command.options.filter(option => option.takesValue).map(optionCase)
  const operand = command.operand ? source(command.operand) : ''
  return [
    `    ${quoted(command.name)})`,
    ...(values.length > 0 ? [`      case $prev in ${values.join(' ')} esac`] : []),
    `      if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W ${quoted(command.options.map(({ name }) => name).join(' '))} -- "$cur"))`,
    ...(operand === '' ? [] : [`      else ${operand}`]),
    '      fi ;;',
  ].join('\n')
}

const optionCase = (option: CompletedOption): string => `${option.name}) ${source(option) || ':'}; return ;;`

function source({ choices, completes }: { readonly choices: readonly string[]; readonly completes: Completes | null }): string {
  if (choices.length > 0) return `COMPREPLY=($(compgen -W ${quoted(choices.join(' '))} -- "$cur"))`
  switch (completes) {
    case 'file': return 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur"))'
    case 'folder': return 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$cur"))'
    case 'program': return 'COMPREPLY=($(compgen -c -- "$cur"))'
    case 'budget': case 'lock': return `_purser_ids ${completes}`
    case null: return ''
  }
}
