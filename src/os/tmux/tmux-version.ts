// Is this a tmux we can rely on? 3.3 is the first that answers for exact targets and dead panes as we ask.

/** Why not, in a sentence that says what to do; '' when it is good. `said` is what `tmux -V` prints. */
export function versionFlaw(said: string): string {
  const text = said.trim()
  const [, major = '', minor = ''] = /^tmux (?:next-)?(\d+)\.(\d+)/.exec(text) ?? []
  // A build from the newest source says `tmux master` or a date.
  if (major === '') return /^tmux (?:master|openbsd-\d)/.test(text) ? '' : `tmux does not say its version ("${text.slice(0, 40)}"); purser needs 3.3 or newer`
  const good = Number(major) > 3 || (Number(major) === 3 && Number(minor) >= 3)
  return good ? '' : `this is ${text}; purser needs tmux 3.3 or newer`
}
