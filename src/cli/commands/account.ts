// `purser account list|show|add|use|share|remove|enable|disable|pin|login-help`. Which there are stands in the configuration.
import { isAbsolute, resolve } from 'node:path'
import type { AccountShareAnswer } from '../../api/account-answers.ts'
import { faint, strong, toned, type Line } from '../../core/text/line.ts'
import { answer, confirm, jsonText, note } from '../answer.ts'
import { command } from '../command.ts'
import { EXIT_DONE, type Context } from '../context.ts'
import { renderAccount, renderAccounts, renderLoginHelp } from '../render/accounts.ts'

const ID = { value: 'ID', about: 'the id of an account, or its folder' } as const
const AGENTS = ['claude-code', 'codex'] as const

export const accountList = command({
  operands: {}, options: {}, json: true,
  examples: [['purser account list', 'every login purser knows, and what stands against using it']],
  async run(context, given) {
    await answer(context, given, await context.plane().call('account.list', {}), ({ accounts }, view) => renderAccounts(accounts, { ...view, rowsMax: Infinity }))
    return EXIT_DONE
  },
})

export const accountShow = command({
  operands: { id: ID }, options: {}, json: true,
  examples: [['purser account show work', 'its folder, whose login lies there, its quotas']],
  async run(context, given) {
    const zone = given.json ? '' : (await context.plane().call('status', {})).zone
    await answer(context, given, await context.plane().call('account.show', { id: given.operands.id }), (found, view) => renderAccount(found, zone, view))
    return EXIT_DONE
  },
})

export const accountAdd = command({
  operands: { id: { value: 'ID', about: 'a name for it, such as work; left out, one is made of the folder', optional: true } },
  options: {
    home: { kind: 'value', value: 'FOLDER', about: 'its config folder: ~/.claude-work', required: true, aliases: ['config-dir'], completes: 'folder' },
    agent: { kind: 'value', value: 'AGENT', about: 'whose login it is; left out, found by what lies in the folder', choices: AGENTS, synonyms: { claude: 'claude-code' } },
    role: { kind: 'value', value: 'ROLE', about: 'work starts on the primary; a standby is tried when it cannot go on', choices: ['primary', 'standby'], synonyms: { main: 'primary', spare: 'standby' } },
    organisation: { kind: 'flag', about: 'an organisation manages it, and agreed that work is moved there' },
  },
  json: true,
  examples: [
    ['purser account add main --home ~/.claude --role primary', 'the login you use now'],
    ['purser account add work --home ~/.claude-work', 'another one; the folder may be new'],
  ],
  notes: ['Adding the same ID again changes what is given and keeps the rest. Comments in the file stay. Nothing is copied, moved or signed in.'],
  async run(context, given) {
    const { home, agent, role, organisation } = given.options
    const done = await context.plane().call('account.add', {
      home: folderOf(context, home), by: context.user, ...(given.operands.id === undefined ? {} : { id: given.operands.id }),
      ...(agent === undefined ? {} : { agent }), ...(role === undefined ? {} : { role }), ...(organisation ? { organisation } : {}),
    })
    if (given.json) context.out(jsonText(done))
    else confirm(context, strong(done.account.id), done.created ? ' added: ' : ' changed: ', `${done.account.agent} ${done.account.account}, ${done.account.role}`)
    if (done.warning !== null) note(context, toned('warn', done.warning))
    return EXIT_DONE
  },
})

/** As typed in this folder; `~` is left for whoever knows the home. */
const folderOf = (context: Context, folder: string): string => (folder === '~' || folder.startsWith('~/') || isAbsolute(folder) ? folder : resolve(context.folder, folder))

export const accountUse = command({
  operands: { id: ID }, options: {}, json: true,
  examples: [['purser account use work', 'purser run starts its agent there from now on']],
  notes: ['A client that you start yourself does not follow it: its login is the one of its own folder. Sessions that run stay where they are.'],
  async run(context, given) {
    const done = await context.plane().call('account.use', { id: given.operands.id, by: context.user })
    if (given.json) context.out(jsonText(done))
    else confirm(context, 'purser run starts ', done.account.agent, ' on ', strong(done.account.id), done.account.state === 'ok' ? '' : faint(`; but: ${done.account.because}`))
    return EXIT_DONE
  },
})

export const accountShare = command({
  operands: { id: ID },
  options: {
    with: { kind: 'value', value: 'ACCOUNT', about: 'whose conversations it will have; that one stays as it is', required: true },
    check: { kind: 'flag', about: 'only say what would be done' },
    undo: { kind: 'flag', about: 'take the link away; what was there before comes back' },
  },
  json: true,
  examples: [['purser account share work --with main --check', 'what that would do'], ['purser account share work --with main', 'sessions of main can go on under work'], ['purser account share work --with main --undo', 'apart again']],
  notes: ['Its own conversations are copied to the other, and its folder is kept beside the link. Refused where two differ under one name, and while a session runs there. No login is touched.'],
  async run(context, given) {
    const { check, undo, with: other } = given.options
    const done = await context.plane().call('account.share', { id: given.operands.id, with: other, by: context.user, ...(check ? { check } : {}), ...(undo ? { undo } : {}) })
    if (given.json) context.out(jsonText(done))
    else confirm(context, ...sharedText(done, given.operands.id, other))
    return EXIT_DONE
  },
})

function sharedText({ did, files, folder, backups }: AccountShareAnswer, id: string, other: string): Line {
  const copied = files === 0 ? '' : `; ${files === 1 ? '1 file' : `${files} files`} ${did === 'shared' ? 'copied there' : 'would be copied there'}`
  switch (did) {
    case 'shared': return [strong(id), ' has the conversations of ', strong(other), copied, faint(backups.length === 0 ? '' : `; what was there before: ${backups.join(', ')}`)]
    case 'would-share': return [folder, ' would become a link to those of ', strong(other), copied]
    case 'undone': return [strong(id), ' has conversations of its own again', faint(`; what was copied stays with ${other}`)]
    case 'would-undo': return [folder, ' would be a folder of its own again']
    case 'nothing': return [strong(id), ' is as you want it already']
  }
}

export const accountRemove = command({
  operands: { id: ID }, options: {}, json: true,
  examples: [['purser account remove work', 'take it out of the configuration; folder, login and records stay']],
  async run(context, given) {
    const done = await context.plane().call('account.remove', { id: given.operands.id, by: context.user })
    if (given.json) context.out(jsonText(done))
    else confirm(context, strong(done.removed), ' removed', faint('; its folder, its login and what it spent stay as they are'))
    return EXIT_DONE
  },
})

export const accountEnable = command({
  operands: { id: ID },
  options: { 'accept-login': { kind: 'flag', about: 'the login that lies in its folder now is the right one' } }, json: true,
  examples: [['purser account enable work', 'work may be moved to it again'], ['purser account enable work --accept-login', 'and the login that is there now is meant']],
  async run(context, given) {
    const acceptLogin = given.options['accept-login']
    const done = await context.plane().call('account.enable', { id: given.operands.id, by: context.user, ...(acceptLogin ? { acceptLogin } : {}) })
    if (given.json) context.out(jsonText(done))
    else confirm(context, strong(done.account.id), done.account.state === 'ok' ? ' may be used' : ` is enabled; still: ${done.account.because}`)
    return EXIT_DONE
  },
})

export const accountDisable = command({
  operands: { id: ID },
  options: { reason: { kind: 'value', value: 'TEXT', about: 'why, for the records', required: true } }, json: true,
  examples: [['purser account disable work --reason "on leave"', 'no work is moved to it; sessions that run on it go on']],
  async run(context, given) {
    const done = await context.plane().call('account.disable', { id: given.operands.id, by: context.user, reason: given.options.reason })
    if (given.json) context.out(jsonText(done))
    else confirm(context, strong(done.account.id), ' disabled', faint('; sessions that run on it go on'))
    return EXIT_DONE
  },
})

export const accountPin = command({
  operands: { id: ID },
  options: { off: { kind: 'flag', about: 'prefer it no longer' } }, json: true,
  examples: [['purser account pin work', 'work goes there first, until its quota is spent'], ['purser account pin work --off', 'back to the order of the file']],
  async run(context, given) {
    const { off } = given.options
    const done = await context.plane().call('account.pin', { id: given.operands.id, by: context.user, ...(off ? { off } : {}) })
    if (given.json) context.out(jsonText(done))
    else confirm(context, strong(done.account.id), done.account.pinned ? ' is preferred until its quota is spent' : ' is preferred no longer')
    return EXIT_DONE
  },
})

export const accountLoginHelp = command({
  operands: { id: ID }, options: {}, json: true,
  examples: [['purser account login-help work', 'the command that signs in to this login and no other']],
  notes: ['purser never signs in, never asks for a password and never copies a login.'],
  async run(context, given) {
    await answer(context, given, await context.plane().call('account.login-help', { id: given.operands.id }), renderLoginHelp)
    return EXIT_DONE
  },
})
