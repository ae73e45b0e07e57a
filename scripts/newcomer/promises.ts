/** What the README may say of the demo, and the titles of the steps that show it. */
const DEMO = [
  { said: /\blife of a connector\b/, shown: [/pull request/, /is created/, /nothing left to do/, /edited/] },
] as const

/** What the README says of a command and its output does not show, a line each. */
export function brokenPromises(command: string, output: string, promise: string): string[] {
  if (!command.includes('npm run demo')) return []
  const made = DEMO.filter(({ said }) => said.test(promise))
  if (made.length === 0) return [`README.md says nothing of the demo that could be looked for: "${promise}"`]
  const titles = [...output.matchAll(/^\d+\. .*$/gm)].map(([title]) => title)
  const codes = [...output.matchAll(/^Outputs \(exit code (\w+)/gm)].map(([, code]) => code)
  return [
    ...made
      .flatMap(({ shown }) => shown)
      .filter((part) => !titles.some((title) => part.test(title)))
      .map((part) => `No step of the demo shows ${part}.`),
    ...titles
      .filter((_, index) => codes[index] !== '0')
      .map((title) => `This step of the demo did not end well: ${title}`),
  ]
}
