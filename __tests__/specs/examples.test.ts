import { basename } from 'node:path/posix'
import { expect, test } from '@jest/globals'
import { loadSpecs, violations } from './conformance.ts'
import { listFiles } from './documents.ts'
import { examplesOf } from './examples.ts'
import { describeWithSpecs } from './suite.ts'

/** Examples of Microsoft's that contradict their own description, and how. */
const knownDefects: Readonly<Record<string, { readonly found: readonly string[]; readonly why: string }>> = {
  '2022-10-01 WorkspacesGet.json 200': {
    found: ['Workspaces_Get 2022-10-01: reply.body/ must be object'],
    why: 'the body is an array that holds the workspace',
  },
  '2022-09-01 PostDeploymentWhatIfOnResourceGroup.json 200': {
    found: ['Deployments_WhatIf 2022-09-01: reply.body/properties/changes/0/delta/0/after must be object'],
    why: 'a changed value is a string, and the description calls every value an object',
  },
}

describeWithSpecs('official examples', () => {
  const specs = loadSpecs()
  const examples = specs.operations.flatMap(examplesOf)

  test.each(examples)('$title conforms, or fails as is known', ({ title, exchange }) => {
    expect(violations(specs, exchange)).toEqual(knownDefects[title]?.found ?? [])
  })

  test('cover every example of container instances', () => {
    const files = listFiles('**/Microsoft.ContainerInstance/stable/2023-05-01/examples/*.json')
    const titles = examples.map(({ title }) => title)

    expect(files).not.toHaveLength(0)
    for (const file of files) expect(titles).toContainEqual(expect.stringContaining(`2023-05-01 ${basename(file)} `))
  })

  test('with known defects still exist', () => {
    expect(examples.map(({ title }) => title)).toEqual(expect.arrayContaining(Object.keys(knownDefects)))
  })
})
