import { expect, jest, test } from '@jest/globals'
import { parse } from 'yaml'
import { parseInstall } from '../../../scripts/migrate/install.ts'
import { withBlock } from '../../../scripts/migrate/with-block.ts'
import { yamlOf } from '../../../scripts/migrate/yaml.ts'
import { expectGolden } from '../../golden.ts'
import { withProperties } from '../../stage/group-edits.ts'
import { plainLog, planLines, writesOf } from '../../stage/result.ts'
import { onStage, type Stage, type StageOptions } from '../../stage.ts'
import { grantsOf } from '../grants/granted.ts'
import { azureOf } from '../lifecycle/by-hand.ts'
import { AT_ONCE } from '../lifecycle/life.ts'
import { SOURCES, type Source } from './installs.ts'
import { asAzShows, inputsOf } from './shapes.ts'

// Several processes at a time: on a busy machine each takes seconds.
jest.setTimeout(180_000)

const READABLE: StageOptions = { ...AT_ONCE, readableToken: true }

/** What the action always adds, as the guides and modules do not have it. */
const MARKS = [/^\+ tags\.apono-(connector-id|managed-by|directory-readers|grant-scopes) /]
const PROBE = /^\+ livenessProbe\./
const TOKEN = '~ token "readable in plain text" → (sensitive value)'
const FURTHER: Readonly<Record<string, readonly string[]>> = {
  'team-eu': ['~ environment.DB_PASSWORD "***" → (sensitive value)'],
}

async function shown({ name }: Source, stage: Stage): Promise<unknown> {
  const { exchange } = await (await azureOf(stage))('GET', `${stage.groupId(name)}?api-version=2023-05-01`)
  return exchange.replyBody
}

function printed(group: unknown): string {
  return yamlOf(withBlock(parseInstall(JSON.stringify(group))))
}

/** The printed block as inputs of a step. */
function inputsFor(source: Source, block: string, { sandbox: { inputs } }: Stage): Record<string, string> {
  const names = {
    AZURE_CLIENT_ID: inputs['client-id'] ?? '',
    AZURE_TENANT_ID: inputs['tenant-id'] ?? '',
    APONO_TOKEN: inputs['apono-token'] ?? '',
    ...source.secrets,
  }
  // The connector id and permissions of the stage's own inputs would hide what the block leaves to its default.
  const fresh = { 'connector-id': '', location: '', permissions: '' }
  return { ...fresh, ...inputsOf(parse(block), names), ...source.corrected }
}

test.concurrent.each(SOURCES)(
  'what $title left is expressed by a printed block, planned without a replace, and adopted in place',
  (source) =>
    onStage(async (stage) => {
      const { principal } = await source.make(stage)
      const group = await shown(source, stage)
      const block = printed(group)
      expect(printed(asAzShows(group))).toBe(block)
      for (const secret of [stage.sandbox.inputs['apono-token'] ?? '', ...Object.values(source.secrets)])
        expect(block).not.toContain(secret)
      expectGolden(`migrate-${source.title.replaceAll(/\W+/g, '-')}.yml`, settled(block, stage, principal))

      const inputs = inputsFor(source, block, stage)
      const planned = await stage.run({ ...inputs, operation: 'plan' })
      expect([planned.exitCode, planned.outputs['to-replace'], planned.outputs['principal-id']]).toEqual([
        0,
        '0',
        principal,
      ])
      const unexplained = planLines(planned).filter((line) => ![...MARKS, PROBE].some((known) => known.test(line)))
      const rest = unexplained.filter(
        (line) => !/^[~+] (description|environment.PROXY_PASSWORD|principal|role|scope) /.test(line),
      )
      expect(rest).toEqual([...(FURTHER[source.name] ?? []), TOKEN])
      expect(plainLog(planned)).toContain('it is adopted and marked.')

      const held = grantsOf(stage, principal).map(({ id }) => id)
      const applied = await stage.run({ ...inputs, operation: 'apply' })
      expect([applied.exitCode, applied.outputs['principal-id']]).toEqual([0, principal])
      expect(writesOf(applied).filter((line) => line.startsWith('DELETE'))).toEqual([])
      expect(grantsOf(stage, principal).map(({ id }) => id)).toEqual(held)
      for (const operation of ['plan', 'drift']) {
        const again = await stage.run({ ...inputs, operation })
        expect([operation, again.exitCode, again.outputs.outcome, planLines(again)]).toEqual([
          operation,
          0,
          'in-sync',
          [],
        ])
      }
    }, READABLE),
)

/** The same in every sandbox. */
function settled(block: string, { sandbox: { inputs } }: Stage, principal: string): string {
  const ids = { '<subscription>': inputs['subscription-id'], '<tenant>': inputs['tenant-id'], '<principal>': principal }
  const named = Object.entries(ids).reduce((text, [name, id]) => text.replaceAll(id ?? '', name), block)
  return named
    .replaceAll(/customerId=='[0-9a-f-]+'/g, "customerId=='<customer>'")
    .replaceAll(/--assignee [0-9a-f-]{36}/g, '--assignee <principal>')
}

// The sandbox makes no such group, as Azure pulls from Apono's registry into a subnet only by grace; but there are such installs.
test.concurrent('network variables of the Terraform modules are expressed too: nothing of the network shows in the plan', () =>
  onStage(async (stage) => {
    const [source] = SOURCES.filter(({ title }) => title.includes('with permissions'))
    if (source === undefined) throw new Error('there is no such source')
    await source.make(stage)
    const { 'subscription-id': subscription, 'resource-group': group } = stage.sandbox.inputs
    const subnet = `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Network/virtualNetworks/vnet-apono/subnets/snet-connectors`
    stage.edit(
      withProperties((properties) => ({
        ...properties,
        subnetIds: [{ id: subnet }],
        ipAddress: { type: 'Private', ports: [{ port: 80, protocol: 'TCP' }] },
        dnsConfig: { nameServers: ['10.0.0.4', '10.0.0.5'] },
      })),
      source.name,
    )
    const block = printed(await shown(source, stage))
    expect(inputsOf(parse(block), { AZURE_CLIENT_ID: '', APONO_TOKEN: '' })).toMatchObject({
      'ip-address-type': 'Private',
      'subnet-ids': subnet,
      'dns-nameservers': '10.0.0.4\n10.0.0.5\n',
    })
    const planned = await stage.run({ ...inputsFor(source, block, stage), operation: 'plan' })
    expect([planned.exitCode, planned.outputs['to-replace']]).toEqual([0, '0'])
    expect(planLines(planned).filter((line) => /network|subnet|dns|address|ports/.test(line))).toEqual([])
  }, READABLE))
