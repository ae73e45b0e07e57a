import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'

const root = join(import.meta.dirname, '../..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const metadata: { readonly inputs: Readonly<Record<string, unknown>> } = parse(
  readFileSync(join(root, 'action.yml'), 'utf8'),
)

/** https://github.com/apono-io/terraform-modules, azure/connector-with-permissions and azure/connector-without-permissions */
const VARIABLES = [
  'aponoToken',
  'resourceGroup',
  'connectorId',
  'location',
  'ipAddressType',
  'subnetIds',
  'dnsNameservers',
  'tags',
  'zones',
  'identityIds',
  'identityType',
]

/** The `az container create` and `az role assignment create` of Apono's guide, and the variables that it and PowerShell's set. */
const FLAGS = [
  '--subscription',
  '--resource-group',
  '--name',
  '--image',
  '--registry-login-server',
  '--registry-username',
  '--registry-password',
  '--environment-variables',
  '--ports',
  '--os-type',
  '--cpu',
  '--memory',
  '--location',
  '--assign-identity',
  '--role',
  '--scope',
  'APONO_CONNECTOR_ID',
  'APONO_TOKEN',
  'APONO_URL',
  'CONNECTOR_METADATA',
  'SUBSCRIPTION_ID',
  'RESOURCE_GROUP_NAME',
  'MANAGEMENT_GROUP_NAME',
  'REGION',
]

type Row = { readonly setting: string; readonly terraform: string[]; readonly guide: string[]; readonly here: string }

/** The rows of the table, each with the names in its cells. */
const rows: Row[] = (readme.split(/^(?=## )/m).find((part) => part.startsWith('## Moving')) ?? '')
  .split('\n')
  .filter((line) => /^\| (?!setting)[^|-]/.test(line))
  .map((line) => {
    const [setting = '', terraform = '', guide = '', here = ''] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim())
    return { setting, terraform: namesIn(terraform), guide: namesIn(guide), here }
  })

function namesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
}

describe('the table of settings', () => {
  test.each(VARIABLES)('has the Terraform variable %s, once', (variable) => {
    expect(rows.filter(({ terraform }) => terraform.includes(variable))).toHaveLength(1)
  })

  test.each(FLAGS)('has %s of the guides, once', (flag) => {
    expect(rows.filter(({ guide }) => guide.includes(flag))).toHaveLength(1)
  })

  test('has nothing that neither a module nor a guide knows', () => {
    expect(rows.flatMap(({ terraform }) => terraform).sort()).toEqual([...VARIABLES].sort())
    expect(rows.flatMap(({ guide }) => guide).sort()).toEqual([...FLAGS].sort())
  })

  test.each(rows)('names inputs that exist for $setting, or says why there is none', ({ here }) => {
    const inputs = namesIn(here)
    if (inputs.length === 0) expect(here).toMatch(/^none: ./)
    expect(inputs.filter((name) => !Object.hasOwn(metadata.inputs, name))).toEqual([])
  })
})

// The vendor's own line, which the bench and the scenario with az run: what it sends has to be in the table.
test('every flag of the line that our tests take for the guide is in the table', async () => {
  const { vendorCommand } = await import('../../scripts/az.ts')
  const flags = vendorCommand({}).filter((word) => word.startsWith('--') && !['--query', '--output'].includes(word))
  expect(flags.filter((flag) => !FLAGS.includes(flag))).toEqual([])
})
