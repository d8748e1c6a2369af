// `purser claim git-hook install|uninstall|status`, and the check that the installed hook asks for.
import { faint, strong, toned } from '../../core/text/line.ts'
import { confirm, jsonText, note } from '../answer.ts'
import { command } from '../command.ts'
import { EXIT_DONE, type Context } from '../context.ts'
import { askerOf, EXIT_HELD, refuse } from './claim.ts'

const VERBS = ['install', 'uninstall', 'status', 'check'] as const

export const claimGitHook = command({
  operands: { verb: { value: 'VERB', about: 'what to do', choices: VERBS } },
  options: {}, json: true,
  examples: [
    ['purser claim git-hook install', 'commits here ask whether they lie under another\'s claim'],
    ['purser claim git-hook uninstall', 'take it out; a hook that was there before is put back'],
  ],
  notes: ['A hook that is there already goes on to run, after ours. Every worktree of the repository has the same one. A commit with --no-verify is not asked.'],
  async run(context, given) {
    const { verb } = given.operands
    if (verb === 'check') return await check(context, given.json)
    const { node, script } = context.self
    const found = await context.doors.gitHook({ verb: verb as 'install' | 'uninstall' | 'status', folder: context.folder, command: [node, script, 'claim', 'git-hook', 'check'] })
    if (given.json) context.out(jsonText(found))
    else confirm(context, strong(found.file), ` ${found.state}${verb === 'status' || found.changed ? '' : ' already'}`, faint(found.other ? (found.state === 'installed' ? '; the hook that was there runs after it' : '; the hook there is not purser\'s') : ''))
    return EXIT_DONE
  },
})

/** For git's own ears: exit 75 keeps the commit back. */
async function check(context: Context, json: boolean): Promise<number> {
  const { branch, root, files } = await context.doors.staged({ folder: context.folder })
  const found = await context.plane().call('claim.touch', { names: branch === '' ? [] : [`branch:${branch}`], paths: files, cwd: root, asker: await askerOf(context) })
  if (found.ok) return EXIT_DONE
  const exit = refuse(context, json, found)
  if (!json && exit === EXIT_HELD) note(context, toned('warn', 'nothing was committed'))
  return exit
}
