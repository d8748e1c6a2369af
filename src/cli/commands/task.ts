// `purser task add|list|show|cancel|retry|logs`: work for agents while nobody watches.
import { isAbsolute, resolve } from 'node:path'
import { AppError } from '../../core/errors.ts'
import { faint, strong, toned } from '../../core/text/line.ts'
import { answer, confirm, jsonText, note } from '../answer.ts'
import { command } from '../command.ts'
import { EXIT_DONE } from '../context.ts'
import { paint } from '../render/paint.ts'
import { renderTask, renderTaskLogs, renderTasks } from '../render/tasks.ts'

const ID = { value: 'TASK', about: 'its id, as task list shows it' } as const
const AGENTS = ['claude-code', 'codex'] as const
// As the daemon takes it, and a little more, so that the refusal is its own.
const INPUT_BYTES_MAX = 300 * 1024

export const taskAdd = command({
  operands: {
    text: { value: 'TEXT', about: 'what the agent is to do; - reads it from standard input' },
    verify: { value: 'COMMAND', about: 'behind --: a command that has to succeed afterwards, or the attempt failed', many: 'command', optional: true, completes: 'program' },
  },
  options: {
    project: { kind: 'value', value: 'FOLDER', about: 'where it works; here when left out', completes: 'folder', aliases: ['folder', 'cwd'] },
    agent: { kind: 'value', value: 'AGENT', about: 'who does it; claude-code when left out', choices: AGENTS, synonyms: { claude: 'claude-code' } },
    account: { kind: 'value', value: 'ID', about: 'on which login; the one new work starts on when left out' },
    budget: { kind: 'value', value: 'AMOUNT', about: 'US dollars one attempt may spend, reserved before it starts' },
    mode: { kind: 'value', value: 'MODE', about: 'its permission mode, such as acceptEdits; the one of its settings when left out', aliases: ['permission-mode'] },
    model: { kind: 'value', value: 'MODEL', about: 'the model; the one of its settings when left out' },
    claim: { kind: 'value', value: 'NAME', about: 'what it needs for itself: path:src, branch:main, any word', repeats: true },
    priority: { kind: 'value', value: 'NUMBER', about: 'higher goes first; 0 when left out' },
    attempts: { kind: 'value', value: 'NUMBER', about: 'how often it is tried before it is put aside' },
    timeout: { kind: 'value', value: 'DURATION', about: 'how long one attempt may take: 20m' },
    label: { kind: 'value', value: 'NAME', about: 'what lists and messages call it; its text is never shown', aliases: ['name'] },
    'keep-output': { kind: 'flag', about: 'keep what the agent prints, in a file only you may read' },
  },
  json: true,
  examples: [
    ['purser task add --mode acceptEdits "fix the login test" -- npm test', 'done once npm test succeeds'],
    ['purser task add --project ~/src/web --label docs - < todo.md', 'the text from a file'],
    ['purser task add --agent codex --claim path:docs "update the docs"', 'only while nobody else edits them'],
  ],
  notes: ['The text is kept in a file only you may read, deleted when the task is done or cancelled, and never shown, exported or sent.'],
  async run(context, given) {
    const { project, agent, account, budget, mode, model, claim, priority, attempts, timeout, label, 'keep-output': keepOutput } = given.options
    const text = given.operands.text === '-' ? await context.input(INPUT_BYTES_MAX) : given.operands.text
    const said = Object.fromEntries(Object.entries({ agent, account, budget, mode, model, timeout, label, priority: whole('priority', priority), attempts: whole('attempts', attempts) }).filter(([, value]) => value !== undefined))
    const done = await context.plane().call('task.add', {
      text, folder: project === undefined ? context.folder : isAbsolute(project) ? project : resolve(context.folder, project), ...said, claims: claim, verify: given.operands.verify, ...(keepOutput ? { keepOutput } : {}),
    })
    if (given.json) context.out(jsonText(done))
    else confirm(context, strong(done.task.label || done.task.id), done.task.label === '' ? ' is in the queue' : ` is in the queue (${done.task.id})`, faint(`; follow it: purser task show ${done.task.id}`))
    if (done.warning !== '') note(context, toned('warn', `purser: ${done.warning}`))
    return EXIT_DONE
  },
})

function whole(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^-?\d{1,6}$/.test(text)) throw new AppError('invalid_input', `--${name} takes a whole number, not "${text}"`)
  return Number(text)
}

export const taskList = command({
  operands: {}, options: { all: { kind: 'flag', about: 'also what was over before yesterday' } }, json: true,
  examples: [['purser task list', 'what works, what waits and what for, what ended in the last day']],
  async run(context, given) {
    await answer(context, given, await context.plane().call('task.list', given.options.all ? { all: true } : {}), ({ tasks }, view) => renderTasks(tasks, view))
    return EXIT_DONE
  },
})

export const taskShow = command({
  operands: { task: ID }, options: {}, json: true,
  examples: [['purser task show task-4f1c09a2b7', 'its state, what it waits for, every attempt and what it cost']],
  async run(context, given) {
    await answer(context, given, await context.plane().call('task.show', { id: given.operands.task }), renderTask)
    return EXIT_DONE
  },
})

export const taskCancel = command({
  operands: { task: ID }, options: {}, json: true,
  examples: [['purser task cancel task-4f1c09a2b7', 'ends its client if it is at work, and deletes its text']],
  async run(context, given) {
    const done = await context.plane().call('task.cancel', { id: given.operands.task, by: context.user })
    if (given.json) context.out(jsonText(done))
    else confirm(context, strong(done.task.label || done.task.id), ' is cancelled; its text is deleted')
    return EXIT_DONE
  },
})

export const taskRetry = command({
  operands: { task: ID }, options: {}, json: true,
  examples: [['purser task retry task-4f1c09a2b7', 'one that was put aside begins anew; one that waits is looked at now']],
  async run(context, given) {
    const done = await context.plane().call('task.retry', { id: given.operands.task, by: context.user })
    if (given.json) context.out(jsonText(done))
    else confirm(context, strong(done.task.label || done.task.id), ' is in the queue again')
    return EXIT_DONE
  },
})

export const taskLogs = command({
  operands: { task: ID },
  options: { attempt: { kind: 'value', value: 'RUN', about: 'which attempt\'s output; the last one\'s when left out' } },
  json: true,
  examples: [['purser task logs task-4f1c09a2b7', 'how each attempt ended; what it printed if --keep-output was given']],
  async run(context, given) {
    const { attempt } = given.options
    const found = await context.plane().call('task.logs', { id: given.operands.task, ...(attempt === undefined ? {} : { attempt }) })
    await answer(context, given, found, renderTaskLogs)
    if (!given.json && found.output !== null) context.out(paint(found.output.text.replace(/\n$/, '').split('\n').map(line => [line]), context.outScreen))
    return EXIT_DONE
  },
})
