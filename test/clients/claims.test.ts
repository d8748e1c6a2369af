// Two sessions of the genuine client in one repository: the one that claimed a folder works in it, the other is told who
// has it, since when, why and until when, whatever tool it tries; and once the first is gone it may go on.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { ClaimAnswer } from '../../src/api/claim-answers.ts'
import { CLI, evidence, eventually, purserHome, type Purser } from './built-purser.ts'
import { startFakeMessagesApi, type Answer, type FakeApi } from './fake-messages-api.ts'
import { runClient, startClient } from './genuine-client.ts'

const USAGE = { input: 10, output: 10 }
const call = (tool: string, input: Readonly<Record<string, unknown>>, hold = false): Answer => ({ blocks: [{ text: 'On it.' }, { tool, input }], usage: USAGE, hold })
const bash = (command: string): Answer => call('Bash', { command, description: 'a step' })
const EDITS = ['--permission-mode', 'acceptEdits']
const NOTEBOOK = JSON.stringify({ cells: [{ cell_type: 'code', id: 'c1', metadata: {}, source: ['1'], outputs: [], execution_count: null }], metadata: {}, nbformat: 4, nbformat_minor: 5 })

interface World { readonly purser: Purser; readonly api: FakeApi; readonly web: string; readonly auth: string }

async function world(): Promise<World> {
  const purser = purserHome(), api = await startFakeMessagesApi()
  onTestFinished(() => api.close())
  const web = purser.project('web'), auth = path.join(web, 'auth')
  mkdirSync(auth)
  writeFileSync(path.join(auth, 'login.ts'), 'old\n')
  writeFileSync(path.join(auth, 'book.ipynb'), NOTEBOOK)
  expect((await purser.run('hooks', 'install')).code).toBe(0)
  await purser.up()
  return { purser, api, web, auth }
}

const claims = async (purser: Purser): Promise<readonly ClaimAnswer[]> => (await purser.json<{ claims: readonly ClaimAnswer[] }>('claim', 'list')).claims

/** What came back for each call of a tool, from the client's own log. */
function resultsOf(log: string): readonly { readonly tool: string; readonly text: string; readonly failed: boolean }[] {
  const parts = readFileSync(log, 'utf8').split('\n').filter(line => line !== '').flatMap(line => {
    const content = (JSON.parse(line) as { message?: { content?: unknown } }).message?.content
    return Array.isArray(content) ? content as { type: string; id?: string; name?: string; tool_use_id?: string; content?: unknown; is_error?: boolean }[] : []
  })
  return parts.flatMap(part => (part.type === 'tool_result' ? [{ tool: parts.find(({ id }) => id === part.tool_use_id)?.name ?? '', text: JSON.stringify(part.content), failed: part.is_error === true }] : []))
}

it('denies a second session Edit, Write, NotebookEdit and Bash below a claimed folder, and lets the first go on', async () => {
  const { purser, api, web, auth } = await world()
  const first = startClient({ home: purser.home, cwd: web, apiUrl: api.url, args: EDITS, prompt: `Work ${api.play('first', [
    bash(`${process.execPath} ${CLI} claim take path:auth --reason "rewrite the login"`), call('Write', { file_path: path.join(auth, 'mine.ts'), content: 'mine\n' }, true),
  ])}` })
  await api.called('first', 2)
  const [claim] = await claims(purser)
  expect(claim).toMatchObject({ name: `path:${auth}`, reason: 'rewrite the login', token: 1, holder: { agent: 'claude-code', pid: first.pid } })
  const [firstLog] = purser.logs()
  const second = await runClient({ home: purser.home, cwd: web, apiUrl: api.url, args: EDITS, prompt: `Meddle ${api.play('second', [
    call('Write', { file_path: path.join(auth, 'theirs.ts'), content: 'x' }), call('Read', { file_path: path.join(auth, 'login.ts') }), call('Edit', { file_path: path.join(auth, 'login.ts'), old_string: 'old', new_string: 'new' }),
    call('Read', { file_path: path.join(auth, 'book.ipynb') }), call('NotebookEdit', { notebook_path: path.join(auth, 'book.ipynb'), cell_id: 'c1', new_source: '2' }),
    bash('echo x > auth/bash.txt'), bash('ls auth'), call('Write', { file_path: path.join(web, 'free.ts'), content: 'free\n' }),
  ])}` })
  expect(second.result?.terminal_reason).toBe('completed')
  const log = purser.logs().find(each => each !== firstLog) ?? ''
  const told = resultsOf(log)
  expect(told.map(({ tool, failed }) => `${tool} ${failed ? 'denied' : 'done'}`)).toEqual(['Write denied', 'Read done', 'Edit denied', 'Read done', 'NotebookEdit denied', 'Bash denied', 'Bash done', 'Write done'])
  for (const { text } of told.filter(({ failed }) => failed)) {
    for (const part of [`path:${auth}`, `claude-code session ${claim?.holder?.session} (pid ${first.pid})`, 'since 20', 'for: rewrite the login', 'It ends when that session releases it or ends', 'purser claim wait']) expect(text).toContain(part)
  }
  expect([readFileSync(path.join(auth, 'login.ts'), 'utf8'), readFileSync(path.join(auth, 'book.ipynb'), 'utf8'), existsSync(path.join(auth, 'theirs.ts')), existsSync(path.join(auth, 'bash.txt'))]).toEqual(['old\n', NOTEBOOK, false, false])
  expect(readFileSync(path.join(web, 'free.ts'), 'utf8')).toBe('free\n')
  const within = await runClient({ home: purser.home, cwd: auth, apiUrl: api.url, prompt: `Within ${api.play('within', [bash('touch here.txt')])}` })
  expect([within.code, existsSync(path.join(auth, 'here.txt'))]).toEqual([0, false])
  api.release()
  expect((await first.ended).result?.terminal_reason).toBe('completed')
  expect(readFileSync(path.join(auth, 'mine.ts'), 'utf8')).toBe('mine\n')
  evidence('edits below another session\'s claim denied', { denied: told.filter(({ failed }) => failed).map(({ tool }) => tool).concat('Bash by its folder'), done: told.filter(({ failed }) => !failed).length }, purser.logs())
})

it('ends a claim with its session, and then lets others in', async () => {
  const { purser, api, web, auth } = await world()
  await runClient({ home: purser.home, cwd: web, apiUrl: api.url, prompt: `Work ${api.play('first', [bash(`${process.execPath} ${CLI} claim take path:auth`)])}` })
  await eventually(() => claims(purser), held => held.length === 0)
  await runClient({ home: purser.home, cwd: web, apiUrl: api.url, args: EDITS, prompt: `Next ${api.play('second', [call('Write', { file_path: path.join(auth, 'theirs.ts'), content: 'x' })])}` })
  expect(existsSync(path.join(auth, 'theirs.ts'))).toBe(true)
  evidence('claim ended with its session', { claims: 0 })
})
