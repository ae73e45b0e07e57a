/** What the README tells a newcomer first: what to type, and what comes of it. */
export type FirstScreen = {
  readonly commands: readonly string[]
  /** The paragraph below the commands, as one line. */
  readonly promise: string
}

/** @throws Error when the README has no block of commands, or says nothing about them. */
export function firstScreenOf(readme: string): FirstScreen {
  const [, block = '', after = ''] = /^```sh\n([\s\S]*?)^```\n([\s\S]*)/m.exec(readme) ?? []
  const commands = block.split('\n').filter((line) => line.trim() !== '')
  const promise =
    after
      .trim()
      .split(/\n\s*\n/)[0]
      ?.replaceAll(/\s+/g, ' ') ?? ''
  if (commands.length === 0) throw new Error('README.md has no block of commands.')
  if (promise === '') throw new Error('README.md does not say what comes of its commands.')
  return { commands, promise }
}
