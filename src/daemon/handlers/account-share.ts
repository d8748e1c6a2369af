// `account.share`: one folder of conversations for two logins of an agent, so that a session of the one can go on under the
// other. Refused while anything runs there, and where two conversations would meet under one name.
import type { Handlers } from '../../api/control-plane.ts'
import { accountNamed, type Account } from '../../core/accounts/account.ts'
import { AppError } from '../../core/errors.ts'
import { unknownAccount } from '../../config/edit-account.ts'
import { readRegistry } from '../../os/processes/registry.ts'
import { share, shareState, unshare } from '../../os/shared-conversations.ts'
import { accountsOf, keptBy } from '../world/accounts.ts'
import type { World } from '../world/world.ts'

const NAMED_MAX = 3

export const shareHandlers = (world: World): Pick<Handlers, 'account.share'> => ({
  'account.share': async ({ id, with: other, by, check = false, undo = false }) => {
    const account = named(world, id), from = named(world, other)
    if (account.agent !== from.agent) throw new AppError('invalid_input', `${account.id} is a login of ${account.agent} and ${from.id} one of ${from.agent}: their conversations have nothing in common`)
    if (account.home === from.home) throw new AppError('invalid_input', `${account.id} cannot share with itself`)
    const folders = keptBy(world, account.agent)?.conversations ?? []
    const at = folders.map(folder => `${account.home}/${folder}`).join(', ')
    await refuseWhileRunning(world, account)
    if (undo) return done(await undone(world, { account, folders, by, check }), at)
    const states = folders.map(folder => ({ folder, state: shareState(account.home, from.home, folder) }))
    for (const { state } of states) {
      if (state.state === 'refused') throw new AppError('refused', state.because)
      if (state.state === 'elsewhere') throw new AppError('refused', `${at} is a link to ${state.target} already; take that away first`)
      if (state.state === 'apart' && state.taken.length > 0) throw new AppError('refused', `${state.taken.length} conversations are there twice with another content, such as ${state.taken.slice(0, NAMED_MAX).join(', ')}; nothing was changed`)
    }
    const apart = states.flatMap(({ folder, state }) => (state.state === 'apart' ? [{ folder, ...state }] : []))
    const files = apart.reduce((sum, each) => sum + each.files.length, 0), bytes = apart.reduce((sum, each) => sum + each.bytes, 0)
    if (apart.length === 0) return done({ did: 'nothing', files: 0, bytes: 0, backups: [] }, at)
    if (check) return done({ did: 'would-share', files, bytes, backups: [] }, at)
    const backups = apart.flatMap(each => share(account.home, from.home, each.folder, each.files).backup ?? [])
    await world.stores.transaction(() => world.stores.events.add({ code: 'account.shared', level: 'info', fields: { account: account.id, with: from.id, files, by } }, world.clock.now()))
    return done({ did: 'shared', files, bytes, backups }, at)
  },
})

type Done = Omit<Awaited<ReturnType<Handlers['account.share']>>, 'folder'>
const done = (what: Done, folder: string): Awaited<ReturnType<Handlers['account.share']>> => ({ ...what, folder })

function named(world: World, id: string): Account {
  const found = accountNamed(accountsOf(world), id)
  if (!found) throw unknownAccount(id, world.config.current().settings)
  return found
}

/** A client that writes into a folder must not have it taken away below it. */
async function refuseWhileRunning(world: World, { id, agent, name }: Account): Promise<void> {
  for (const entry of readRegistry(world.adapters, world.environment)) {
    if (entry.agent !== agent || entry.account !== name) continue
    const process = await world.processes.inspect(entry.session.pid)
    if (process && (entry.session.startTime === '' || process.startTime === entry.session.startTime)) throw new AppError('refused', `a session runs on ${id} (pid ${process.pid}); end it first, then try again`)
  }
}

async function undone(world: World, { account, folders, by, check }: { readonly account: Account; readonly folders: readonly string[]; readonly by: string; readonly check: boolean }): Promise<Done> {
  const nothing: Done = { did: 'nothing', files: 0, bytes: 0, backups: [] }
  if (check) return { ...nothing, did: 'would-undo' }
  const any = folders.map(folder => unshare(account.home, folder)).some(Boolean)
  if (!any) return nothing
  await world.stores.transaction(() => world.stores.events.add({ code: 'account.unshared', level: 'info', fields: { account: account.id, by } }, world.clock.now()))
  return { ...nothing, did: 'undone' }
}
