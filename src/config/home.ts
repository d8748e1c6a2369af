// `~/` in the config: a shell would have expanded it before we saw it, a TOML file is read as it stands.

/** A folder the user wrote, absolute; no trailing slash. */
export function expandFolder(folder: string, home: string): string {
  const full = folder === '~' ? home : folder.startsWith('~/') ? `${home}${folder.slice(1)}` : folder
  return full.length > 1 ? full.replace(/\/+$/, '') : full
}

/** The same for a project pattern. What is special in a pattern is not special in the home folder's own name. */
export const expandPattern = (pattern: string, home: string): string =>
  expandFolder(pattern, pattern.startsWith('~') ? home.replace(/[*?[\]{}!\\]/g, '\\$&') : home)
