/** Does a first screen begin before there is a clone? */
export function beginsWithClone(commands: readonly string[]): boolean {
  return commands[0]?.startsWith('git clone ') === true
}

/**
 * Variables with which git takes a clone of a GitHub repository (`owner/name`) from a folder here: the newcomer follows this commit,
 * and not what is published. https://git-scm.com/docs/git-config#Documentation/git-config.txt-urlltbasegtinsteadOf
 */
export function clonedFrom(folder: string, repository: string): NodeJS.ProcessEnv {
  const addresses = [`https://github.com/${repository}`, `https://github.com/${repository}.git`]
  const settings = addresses.map((address, index) => ({
    [`GIT_CONFIG_KEY_${index}`]: `url.${folder}.insteadOf`,
    [`GIT_CONFIG_VALUE_${index}`]: address,
  }))
  return Object.assign({ GIT_CONFIG_COUNT: String(settings.length) }, ...settings)
}
