// `purser completion bash|zsh|fish`, and the hidden look-up of ids that the scripts call while a person types.
import { unreachable } from '../../core/errors.ts'
import { command } from '../command.ts'
import { COMMANDS } from '../commands.ts'
import { bashCompletion } from '../completion/bash.ts'
import { fishCompletion } from '../completion/fish.ts'
import { completedProgram } from '../completion/words.ts'
import { zshCompletion } from '../completion/zsh.ts'
import { EXIT_DONE, type Context } from '../context.ts'

const SHELLS = ['bash', 'zsh', 'fish'] as const

export const completion = command({
  operands: { shell: { value: 'SHELL', about: 'bash, zsh or fish', choices: SHELLS } }, options: {}, json: false,
  examples: [
    ['source <(purser completion bash)', 'now; in ~/.bashrc, always'],
    ['purser completion zsh > "${fpath[1]}/_purser"', 'for zsh'],
    ['purser completion fish > ~/.config/fish/completions/purser.fish', 'for fish'],
  ],
  async run(context, given) {
    const shell = given.operands.shell as (typeof SHELLS)[number]
    context.out(await script(shell))
    return EXIT_DONE
  },
})

async function script(shell: (typeof SHELLS)[number]): Promise<string> {
  const program = await completedProgram(COMMANDS)
  switch (shell) {
    case 'bash': return bashCompletion(program)
    case 'zsh': return zshCompletion(program)
    case 'fish': return fishCompletion(program)
    default: return unreachable(shell)
  }
}

// Words a shell takes literally, whatever it does with them.
const HARMLESS = /^[\p{L}\p{N}][\p{L}\p{N}._@+-]*$/u

export const completeIds = command({
  operands: { kind: { value: 'KIND', about: 'budget or lock', choices: ['budget', 'lock'] } }, options: {}, json: false,
  examples: [['purser complete-ids budget', 'ids, one a line']],
  async run(context, given) {
    const ids = await idsOf(context, given.operands.kind)
    context.out([...new Set(ids)].filter(id => HARMLESS.test(id)).map(id => `${id}\n`).join(''))
    return EXIT_DONE
  },
})

async function idsOf(context: Context, kind: string): Promise<readonly string[]> {
  if (kind === 'budget') return (await context.plane().call('budget.list', {})).budgets.map(budget => budget.id)
  return (await context.plane().call('lock.list', {})).locks.map(lock => lock.id)
}
