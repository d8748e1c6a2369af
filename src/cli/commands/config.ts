// `purser config check|show|path|edit`.
import { AppError } from '../../core/errors.ts'
import type { Line } from '../../core/text/line.ts'
import { answer, jsonText } from '../answer.ts'
import { command } from '../command.ts'
import { EXIT_DONE, EXIT_FINDINGS, type Context } from '../context.ts'
import { editorCommand, runEditor } from '../editor.ts'
import { renderConfig, renderConfigCheck } from '../render/findings.ts'

const EXIT_INVALID = 2

export const configCheck = command({
  operands: { file: { value: 'FILE', about: 'another file than the one in force', optional: true, completes: 'file' } }, options: {}, json: true,
  examples: [['purser config check', 'every problem with its line; exits 2 when there is one'], ['purser config check new.toml', 'before putting it in place']],
  async run(context, given) {
    return await check(context, given.json, given.operands.file)
  },
})

async function check(context: Context, json: boolean, file: string | undefined): Promise<number> {
  const { places } = await context.machine()
  const found = await context.doors.checkConfig({ file: file === undefined ? places.configFile : await absolute(context, file), environment: context.environment })
  // Without a name a missing file means the defaults; a name was meant to be a file.
  if (file !== undefined && !found.exists) throw new AppError('not_found', `${found.file} does not exist; the one in force: purser config path`)
  await answer(context, { json }, found, renderConfigCheck)
  return found.problems.length > 0 ? EXIT_INVALID : EXIT_DONE
}

async function absolute(context: Context, file: string): Promise<string> {
  const { resolve } = await import('node:path')
  return resolve(context.folder, file)
}

export const configShow = command({
  operands: {}, options: {}, json: true,
  examples: [['purser config show', 'every value in force, and where it comes from']],
  async run(context, given) {
    const found = await context.plane().call('config.show', {})
    await answer(context, given, found, renderConfig)
    return found.problem === null ? EXIT_DONE : EXIT_FINDINGS
  },
})

export const configPath = command({
  operands: {}, options: {}, json: true,
  examples: [['purser config path', 'where the configuration lies, whether it exists or not']],
  async run(context, given) {
    const { places } = await context.machine()
    if (given.json) context.out(jsonText({ path: places.configFile }))
    else await answer(context, given, places.configFile, (path): readonly Line[] => [[path]])
    return EXIT_DONE
  },
})

export const configEdit = command({
  operands: {}, options: {}, json: false,
  examples: [['purser config edit', 'open it in $VISUAL or $EDITOR, then check it'], ['EDITOR="code --wait" purser config edit', 'with another editor']],
  notes: ['A running daemon takes a good file at once and keeps the last good one otherwise.'],
  async run(context) {
    const editor = editorCommand(context.environment.variables)
    if (!editor) throw new AppError('invalid_input', 'no editor is set\ntype: EDITOR=nano purser config edit')
    const { places } = await context.machine()
    await runEditor(editor, places.configFile)
    return await check(context, false, undefined)
  },
})
