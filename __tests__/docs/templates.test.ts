import { describe, expect, test } from '@jest/globals'
import { declarationsIn, type Entry } from './braces.ts'
import { BICEP, faultsIn, TERRAFORM } from './known-types.ts'
import { type Block, blocksOf, pages } from './pages.ts'

const blocks = pages().flatMap(blocksOf)
const named = (language: string) =>
  blocks.filter((block) => block.language === language).map((block) => [titleOf(block), block.text] as const)

describe('Terraform', () => {
  test.each(named('hcl'))('%s', (_, text) => {
    expect(terraformFaults(text)).toEqual([])
  })
})

describe('Bicep', () => {
  test.each(named('bicep'))('%s', (_, text) => {
    expect(bicepFaults(text)).toEqual([])
  })
})

describe('what is wrong is seen', () => {
  const [[, terraform = ''] = []] = named('hcl').filter(([, text]) => text.includes('azurerm'))
  const [[, bicep = ''] = []] = named('bicep').filter(([, text]) => text.includes('targetScope'))

  test.each([
    ['azurerm_role_assignment" "plan"', 'azurerm_role_asignment" "plan"'],
    ['principal_object_id', 'principal_id'],
    ['azurerm_resource_group.identities.name', 'azurerm_resource_group.identity.name'],
    ['.workflow["plan"].principal_id', '.workflow["plan"].object_id'],
    ['each.value.run', 'each.value.runs'],
    ['var.repository', 'var.repo'],
    ['  features {}\n}', '  features {}'],
    ['name     = "rg-apono"', 'name     = "rg-apono'],
  ])('in Terraform: %s', (right, wrong) => {
    expect(terraform).toContain(right)
    expect(terraformFaults(terraform.replace(right, () => wrong))).not.toEqual([])
  })

  test.each([
    ['Microsoft.Authorization/roleAssignments@2022-04-01', 'Microsoft.Authorization/roleAssignment@2022-04-01'],
    ['principalType:', 'principalKind:'],
    ['params: { name:', 'params: { nom:'],
    ['apply.outputs.principalId', 'apply.outputs.principal'],
    ["'identity.bicep'", "'identities.bicep'"],
    ['scope: connector', 'scope: connectors'],
  ])('in Bicep: %s', (right, wrong) => {
    expect(bicep).toContain(right)
    expect(bicepFaults(bicep.replace(right, () => wrong))).not.toEqual([])
  })
})

function terraformFaults(text: string): string[] {
  const entries = reading(text)
  if (entries instanceof Error) return [entries.message]
  const declared = new Map(entries.map((entry) => [entry.name.replaceAll('"', ''), entry]))
  const ofTypes = [...declared].flatMap(([name, { inner }]) => {
    const [kind = '', type = ''] = name.split(' ')
    if (kind !== 'resource' && kind !== 'data') return []
    const known = TERRAFORM[`${kind} ${type}`]
    const given = inner.map((entry) => entry.name).filter((one) => one !== 'for_each')
    return known === undefined ? [`no type ${kind} ${type}`] : faultsIn(given, known.takes, name)
  })
  return [...ofTypes, ...danglingTypes(text, declared), ...danglingNames(text, declared)]
}

/** Mentions of resources that are not declared, or of what they do not tell. */
function danglingTypes(text: string, declared: ReadonlyMap<string, Entry>): string[] {
  const mentions = [...text.matchAll(/(data\.)?((?:azurerm|azuread|github)_\w+)\.(\w+)(?:\[[^\]]*\])?\.(\w+)/g)]
  return mentions.flatMap(([all, data, type, name, part = '']) => {
    const kind = data === undefined ? 'resource' : 'data'
    const known = TERRAFORM[`${kind} ${type}`]
    const tells = `${known?.takes.replaceAll('!', '')} ${known?.tells}`.split(' ')
    return declared.has(`${kind} ${type} ${name}`) && tells.includes(part) ? [] : [`${all} is nothing`]
  })
}

function danglingNames(text: string, declared: ReadonlyMap<string, Entry>): string[] {
  const locals = declared.get('locals')?.inner ?? []
  const values = locals.flatMap(({ inner }) => inner.flatMap((each) => each.inner.map(({ name }) => name)))
  const known: Readonly<Record<string, (name: string) => boolean>> = {
    var: (name) => declared.has(`variable ${name}`),
    local: (name) => locals.some((entry) => entry.name === name),
    'each.value': (name) => values.includes(name),
  }
  const mentions = [...text.matchAll(/\b(var|local|each\.value)\.(\w+)/g)]
  return mentions.flatMap(([all, of = '', name = '']) => (known[of]?.(name) ? [] : [`${all} is nothing`]))
}

function bicepFaults(text: string): string[] {
  const entries = reading(text)
  if (entries instanceof Error) return [entries.message]
  return [...entries.flatMap((entry) => faultsOf(entry)), ...danglingSymbols(text)]
}

function faultsOf({ name, inner }: Entry): string[] {
  const [, kind, type = ''] = /^(resource|module) \w+ '([^']+)'$/.exec(name) ?? []
  const given = inner.map((entry) => entry.name).filter((one) => !one.startsWith('resource '))
  const valuesOf = (key: string) => inner.find((entry) => entry.name === key)?.inner.map((entry) => entry.name) ?? []
  if (kind === 'module') {
    const module = namedBlock(type)
    if (module === undefined) return [`no module ${type}`]
    const params = [...module.matchAll(/^param (\w+)/gm)].map(([, param = '']) => `${param}!`).join(' ')
    return [...faultsIn(given, 'name! scope! params!', name), ...faultsIn(valuesOf('params'), params, name)]
  }
  if (kind !== 'resource') return []
  const known = BICEP[type]
  if (known === undefined) return [`no type ${type}`]
  return [
    ...faultsIn(given, known.takes, name),
    ...faultsIn(valuesOf('properties'), known.properties, name),
    ...inner.filter((entry) => entry.name.startsWith('resource ')).flatMap(faultsOf),
  ]
}

/** Scopes and outputs of what is not declared. */
function danglingSymbols(text: string): string[] {
  const modules = new Map(
    [...text.matchAll(/^module (\w+) '([^']+)'/gm)].map(([, name = '', file = '']) => [name, file]),
  )
  const declared = [...text.matchAll(/^(?:resource|module|param|var) (\w+)/gm)].map(([, name = '']) => name)
  const scopes = [...text.matchAll(/scope: (\w+)/g)].filter(([, name = '']) => !declared.includes(name))
  const outputs = [...text.matchAll(/(\w+)\.outputs\.(\w+)/g)].filter(
    ([, name = '', output]) => !namedBlock(modules.get(name) ?? '')?.includes(`output ${output} `),
  )
  return [...scopes, ...outputs].map(([all]) => `${all} is nothing`)
}

/** The block whose first line names its file. */
function namedBlock(file: string): string | undefined {
  return blocks.find(({ language, text }) => language === 'bicep' && text.startsWith(`// ${file}\n`))?.text
}

function reading(text: string): Entry[] | Error {
  try {
    return declarationsIn(text)
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

function titleOf({ page, text }: Block): string {
  return `${page}: ${text.split('\n')[0]?.trim()}`
}
