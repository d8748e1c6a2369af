// Accounts on request. Which there are is the configuration's: adding one edits the file; what people decide about one
// lies in the records.
import { accountIdFor, writtenHome } from '../../config/accounts.ts'
import { contextOf } from '../world/config.ts'
import { removeAccount, setAccount, unknownAccount } from '../../config/edit-account.ts'
import { expandFolder } from '../../config/home.ts'
import type { AccountAddRequest, AccountAnswer, AccountLoginHelpAnswer } from '../../api/account-answers.ts'
import type { Handlers } from '../../api/control-plane.ts'
import { ACCOUNT_AGENTS, accountNamed, keyOf, type Account, type AccountAgent } from '../../core/accounts/account.ts'
import { nearestWord } from '../../core/config/nearest.ts'
import { shellWord } from '../../core/doctor/finding.ts'
import { AppError } from '../../core/errors.ts'
import { changeAccount, useAccount } from '../../flows/accounts.ts'
import { accountsOf, accountWorld, keptBy, lookAt } from '../world/accounts.ts'
import type { World } from '../world/world.ts'
import { accountAnswers } from './account-answer.ts'
import { quotaAnswers } from './quota.ts'

type Served = 'account.add' | 'account.list' | 'account.show' | 'account.use' | 'account.remove' | 'account.enable' | 'account.disable' | 'account.pin' | 'account.login-help'

export function accountHandlers(world: World): Pick<Handlers, Served> {
  const named = (id: string): Account => {
    const found = accountNamed(accountsOf(world), id)
    if (!found) throw unknownAccount(id, world.config.current().settings)
    return found
  }
  const answerFor = async (account: Account): Promise<AccountAnswer> => {
    const found = (await accountAnswers(world)).find(each => each.id === account.id && each.configured)
    if (!found) throw new AppError('not_found', `account "${account.id}" was taken out of ${world.places.configFile} meanwhile`)
    return found
  }
  return {
    'account.add': request => add(world, request, answerFor),
    'account.list': async () => ({ accounts: await accountAnswers(world) }),
    'account.show': async ({ id }) => {
      const account = await answerFor(named(id))
      return { account, quota: (await quotaAnswers(world)).filter(window => window.agent === account.agent && window.account === account.account) }
    },
    'account.use': async ({ id, by }) => {
      const account = named(id)
      await useAccount(accountWorld(world), account, by, world.clock.now())
      return { account: await answerFor(account) }
    },
    'account.remove': async ({ id, by }) => {
      const account = named(id)
      world.config.edit(text => removeAccount({ text, file: world.places.configFile, context: contextOf(world.environment) }, account.id))
      await world.stores.transaction(function* () {
        yield* world.stores.accounts.forget(world.node, keyOf(account))
        yield* world.stores.events.add({ code: 'account.removed', level: 'info', fields: { account: account.id, agent: account.agent, by } }, world.clock.now())
      })
      return { removed: account.id }
    },
    'account.enable': async ({ id, by, acceptLogin }) => {
      const account = named(id)
      if (acceptLogin) await changeAccount(accountWorld(world), account, { what: 'accept', by }, world.clock.now())
      await changeAccount(accountWorld(world), account, { what: 'enable', by }, world.clock.now())
      return { account: await answerFor(account) }
    },
    'account.disable': async ({ id, by, reason }) => {
      if (reason.trim() === '') throw new AppError('invalid_input', 'say why, for whoever looks at it tomorrow: --reason "..."')
      const account = named(id)
      await changeAccount(accountWorld(world), account, { what: 'disable', by, reason: reason.trim() }, world.clock.now())
      return { account: await answerFor(account) }
    },
    'account.pin': async ({ id, by, off }) => {
      const account = named(id)
      await changeAccount(accountWorld(world), account, { what: off ? 'unpin' : 'pin', by }, world.clock.now())
      return { account: await answerFor(account) }
    },
    'account.login-help': async ({ id }) => loginHelp(world, named(id), answerFor),
  }
}

async function add(world: World, request: AccountAddRequest & { readonly by: string }, answerFor: (account: Account) => Promise<AccountAnswer>): ReturnType<Handlers['account.add']> {
  const { home: userHome } = world.environment
  const home = expandFolder(request.home, userHome)
  const before = accountsOf(world)
  const agent = agentFor(world, request.agent, home)
  const id = request.id ?? before.find(account => account.home === home)?.id ?? accountIdFor(home, agent, before)
  const created = !before.some(account => account.id === id)
  const changes = {
    home: writtenHome(home, userHome), ...(request.agent !== undefined || agent !== 'claude-code' ? { agent } : {}),
    ...(request.role === undefined ? {} : { role: request.role }), ...(request.organisation === undefined ? {} : { organisation: request.organisation }),
  }
  world.config.edit(text => setAccount({ text, file: world.places.configFile, context: contextOf(world.environment) }, id, changes))
  const account = accountNamed(accountsOf(world), id)
  if (!account) throw new Error(`account ${id} was written and is not there`)
  await world.stores.transaction(() => world.stores.events.add({ code: created ? 'account.added' : 'account.changed', level: 'info', fields: { account: id, agent: account.agent, home: account.name, by: request.by } }, world.clock.now()))
  const answer = await answerFor(account)
  return { account: answer, created, warning: warningOf(answer) }
}

/** As asked for; else the one whose login lies there, else the one whose name the folder bears. */
function agentFor(world: World, asked: string | undefined, home: string): AccountAgent {
  const named = ACCOUNT_AGENTS.find(agent => agent === asked)
  if (named) return named
  if (asked !== undefined) {
    const close = nearestWord(asked, ACCOUNT_AGENTS)
    throw new AppError('invalid_input', `logins of "${asked}" are not kept apart by purser${close === null ? '' : `; did you mean ${close}?`} It can be: ${ACCOUNT_AGENTS.join(', ')}`)
  }
  return ACCOUNT_AGENTS.find(agent => (lookAt(world, agent, home)?.kind ?? '') !== '') ?? (/codex[^/\\]*$/.test(home) ? 'codex' : 'claude-code')
}

function warningOf({ id, state, login }: AccountAnswer): string | null {
  if (login.sameAs.length > 0) return `it is the same login as ${login.sameAs.join(', ')}: one quota, so nothing is gained by moving work between them`
  if (login.organisation) return 'an organisation manages it: work is only moved there after you asked them and wrote organisation = true'
  return state === 'ok' || state === 'exhausted' ? null : `nobody can work on it yet; type: purser account login-help ${shellWord(id)}`
}

async function loginHelp(world: World, account: Account, answerFor: (account: Account) => Promise<AccountAnswer>): Promise<AccountLoginHelpAnswer> {
  const kept = keptBy(world, account.agent)
  if (!kept) throw new AppError('not_found', `logins of ${account.agent} are not kept apart by purser`)
  const answer = await answerFor(account)
  const isDefault = account.home === kept.defaultHome(world.environment)
  return {
    account: answer, type: [kept.signIn({ home: account.home, isDefault })],
    notes: [
      ...(answer.state === 'quarantined' ? [`or, when the login that is there now is the right one: purser account enable ${shellWord(account.id)} --accept-login`] : []),
      ...(answer.login.kind === '' ? [] : ['sign in without signing out first: signing out revokes the login that is stored']),
      `in the environment of that command, leave out what would replace the login: ${kept.overrides.slice(0, 3).join(', ')}`,
    ],
  }
}
