/** `npm run screenshots`: what people see on GitHub, as pictures for the README. Needs Chromium (Debian's package `chromium`) on PATH. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { type Frame, logPageOf, pageOf } from './screenshots/page.ts'
import { withFewColours } from './screenshots/png.ts'

const WIDTH = 940
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
  '--hide-scrollbars',
  '--disable-lcd-text',
  '--force-device-scale-factor=1.5',
]

/** The golden files are what the action writes, to the letter. */
const PICTURES: Readonly<
  Record<string, { readonly golden: string; readonly frame: Frame | { readonly kind: 'log' } }>
> = {
  plan: { golden: 'mixed-planned.comment.md', frame: { kind: 'comment', upTo: 'table' } },
  'plan-comment': { golden: 'mixed-planned.comment.md', frame: { kind: 'comment' } },
  'replace-comment': { golden: 'replace-planned.summary.md', frame: { kind: 'comment' } },
  'missing-rights-comment': { golden: 'grants-missing-rights.summary.md', frame: { kind: 'comment' } },
  'failed-summary': { golden: 'mixed-failed.summary.md', frame: { kind: 'summary' } },
  'plan-log': { golden: 'mixed.log.txt', frame: { kind: 'log' } },
  'drift-issue': { golden: 'drift-mixed.issue.md', frame: { kind: 'issue', title: '' } },
}

const run = promisify(execFile)
const root = new URL('../', import.meta.url)
const folder = await mkdtemp(join(tmpdir(), 'screenshots-'))
try {
  for (const [name, { golden, frame }] of Object.entries(PICTURES)) {
    const text = await readFile(new URL(`__tests__/golden/${golden}`, root), 'utf8')
    await photograph(pageFor(text, frame), new URL(`docs/images/${name}.png`, root).pathname)
    console.log(`docs/images/${name}.png`)
  }
} finally {
  await rm(folder, { recursive: true })
}

function pageFor(text: string, frame: Frame | { readonly kind: 'log' }): string {
  if (frame.kind === 'log') return logPageOf(text)
  if (frame.kind !== 'issue') return pageOf(text, frame)
  // The golden file of an issue begins with its title.
  const [title = '', ...body] = text.split('\n')
  return pageOf(body.join('\n'), { kind: 'issue', title })
}

/** As high as the page is: a first look tells the height, a second takes the picture. */
async function photograph(page: string, target: string): Promise<void> {
  const file = join(folder, 'page.html')
  await writeFile(
    file,
    `${page}<script>document.title = Math.ceil(document.querySelector('main').getBoundingClientRect().height)</script>`,
  )
  const chromium = (...more: string[]) =>
    run('chromium', [...FLAGS, `--user-data-dir=${folder}`, ...more, pathToFileURL(file).href])
  const { stdout } = await chromium(`--window-size=${WIDTH},600`, '--dump-dom')
  const height = /<title>(\d+)<\/title>/.exec(stdout)?.[1] ?? '1200'
  await chromium(`--window-size=${WIDTH},${height}`, `--screenshot=${target}`)
  await writeFile(target, withFewColours(await readFile(target)))
}
