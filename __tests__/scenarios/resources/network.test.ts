import { expect, jest, test } from '@jest/globals'
import { commandIn, expectFailure } from '../../stage/failure.ts'
import { plainLog, planLines, requestsTo, writesOf } from '../../stage/result.ts'
import { grantOnly, scopesOf } from '../../stage/rights.ts'
import { onStage, type Stage } from '../../stage.ts'
import { AT_ONCE } from '../lifecycle/life.ts'
import { mirrored, placesOf } from './places.ts'

// The first one runs dist/ as the runner starts it, the others src/ in this process.
jest.setTimeout(60_000)

const CONNECTOR = 'apono-connector'

function inSubnet(stage: Stage, changes: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const { subnet } = placesOf(stage)
  return { ...mirrored(stage), operation: 'apply', 'ip-address-type': 'Private', 'subnet-ids': subnet, ...changes }
}

async function expectInSync(stage: Stage, inputs: Readonly<Record<string, string>>): Promise<void> {
  for (const operation of ['plan', 'apply', 'drift']) {
    const again = await stage.runInProcess({ ...inputs, operation })
    expect([operation, again.exitCode, again.outputs.outcome, writesOf(again)]).toEqual([operation, 0, 'in-sync', []])
  }
}

test('a connector in a subnet has a private address, its own name servers, and an image from the mirror', () =>
  onStage(async (stage) => {
    const inputs = inSubnet(stage, { 'dns-nameservers': '10.0.0.4\n10.0.0.5' })
    const applied = await stage.run(inputs)
    expect([applied.exitCode, plainLog(applied).includes('Warning')]).toEqual([0, false])
    const { properties } = stage.stored() ?? {}
    expect(properties).toMatchObject({
      subnetIds: [{ id: placesOf(stage).subnet.toLowerCase() }],
      ipAddress: { type: 'Private', ports: [{ protocol: 'TCP', port: 80 }] },
      dnsConfig: { nameServers: ['10.0.0.4', '10.0.0.5'] },
    })
    await expectInSync(stage, inputs)
  }, AT_ONCE))

test('while Azure still works, a group in a subnet has no address to see, which is no difference', () =>
  onStage(async (stage) => {
    const inputs = inSubnet(stage)
    stage.control.setTiming({ startMs: 60_000 })
    const cut = await stage.runInProcess(inputs, { stop: AbortSignal.timeout(2_000) })
    expect(cut.exitCode).toBe(1)
    const planned = await stage.runInProcess({ ...inputs, operation: 'plan' })
    expect([planned.outputs['has-changes'], planLines(planned)]).toEqual(['false', []])
  }, AT_ONCE))

test('a subnet that is not delegated is told before the first write, with the command that delegates it', () =>
  onStage(async (stage) => {
    const { plainSubnet } = placesOf(stage)
    const inputs = inSubnet(stage, { 'subnet-ids': plainSubnet })
    const planned = await stage.runInProcess({ ...inputs, operation: 'plan' })
    expect([planned.exitCode, plainLog(planned)]).toEqual([0, expect.stringContaining('is not delegated to')])
    const refused = await stage.runInProcess(inputs)
    expectFailure(refused, 'subnet-not-usable', plainSubnet)
    expect(commandIn(refused, 'az network vnet subnet update')).toBe(
      `az network vnet subnet update --ids '${plainSubnet}' --delegations Microsoft.ContainerInstance/containerGroups`,
    )
    expect(writesOf(refused)).toEqual([])
  }, AT_ONCE))

test.each([
  ['is not there', (stage: Stage) => placesOf(stage).subnet.replace(/[^/]+$/, 'nowhere'), 'There is no subnet'],
  ['is in another region', (stage: Stage) => placesOf(stage).northernSubnet, 'is in the region northeurope'],
] as const)('a subnet that %s is told before the first write', (_title, subnetOf, said) =>
  onStage(async (stage) => {
    const refused = await stage.runInProcess(inSubnet(stage, { 'subnet-ids': subnetOf(stage) }))
    expectFailure(refused, 'subnet-not-usable', said)
    expect(writesOf(refused)).toEqual([])
  }, AT_ONCE),
)

test('a group follows its subnet to the region that the subnet is in', () =>
  onStage(async (stage) => {
    const inputs = inSubnet(stage, { 'subnet-ids': placesOf(stage).northernSubnet, location: 'northeurope' })
    expect((await stage.runInProcess(inputs)).exitCode).toBe(0)
    await expectInSync(stage, inputs)
  }, AT_ONCE))

test('without the right to join, the run says which right, where, and what gives it', () =>
  onStage(async (stage) => {
    const { subscription, resourceGroup } = scopesOf(stage)
    grantOnly(stage, ['Reader', subscription], ['Azure Container Instances Contributor Role', resourceGroup])
    const inputs = { operation: 'apply', 'ip-address-type': 'Private', 'subnet-ids': placesOf(stage).subnet }
    const refused = await stage.runInProcess(inputs)
    expectFailure(refused, 'permission-denied', 'Microsoft.Network/virtualNetworks/subnets/join/action')
    expect(commandIn(refused, 'az role assignment create')).toContain(
      `--role "Network Contributor" --scope '${placesOf(stage).subnet}'`,
    )
    expect(writesOf(refused)).toEqual([])
  }, AT_ONCE))

test("Apono's own registry in a subnet is warned of, with the way out; what Azure refuses says it again", () =>
  onStage(async (stage) => {
    const inputs = { operation: 'apply', 'ip-address-type': 'Private', 'subnet-ids': placesOf(stage).subnet }
    const planned = await stage.runInProcess({ ...inputs, operation: 'plan' })
    expect(plainLog(planned)).toContain('it may not get its image from registry.apono.io')
    // Neither history nor a list of processes gets to know the token.
    expect(plainLog(planned)).toMatch(/read -rs PASSWORD && printf %s "\$PASSWORD" \| az acr import .* --password @-/)
    expect(plainLog(planned)).not.toContain('--password <')
    expect(planned.summary).toContain('[!WARNING]')
    const refused = await stage.runInProcess(inputs)
    expectFailure(refused, 'image-not-accessible', 'no private registries but its own')
  }, AT_ONCE))

test('moving into a subnet, and out of it, is a replace that says why', () =>
  onStage(async (stage) => {
    await stage.runInProcess({ ...mirrored(stage), operation: 'apply' })
    const moving = inSubnet(stage)
    const planned = await stage.runInProcess({ ...moving, operation: 'plan' })
    expect(planLines(planned)).toContain(
      `+ network.subnet "${placesOf(stage).subnet.toLowerCase()}"  (forces a replace)`,
    )
    expectFailure(await stage.runInProcess(moving), 'replace-refused', 'network.subnet')
    expect((await stage.runInProcess({ ...moving, operation: 'drift' })).outputs.outcome).toBe('pending')
    const moved = await stage.runInProcess({ ...moving, 'allow-replace': 'true' })
    expect([moved.exitCode, writesOf(moved)]).toEqual([0, [`DELETE ${CONNECTOR}`, `PUT ${CONNECTOR}`]])
    await expectInSync(stage, moving)
    const out = { ...mirrored(stage), operation: 'apply', 'allow-replace': 'true' }
    expect((await stage.runInProcess(out)).exitCode).toBe(0)
    await expectInSync(stage, out)
  }, AT_ONCE))

test('a subnet that suits is not looked at again once the group is there', () =>
  onStage(async (stage) => {
    const inputs = inSubnet(stage)
    await stage.runInProcess(inputs)
    const again = await stage.runInProcess({ ...inputs, operation: 'plan' })
    expect(requestsTo(again, /Microsoft\.Network/)).toEqual([])
  }, AT_ONCE))

test('zones go round the replicas, and each keeps its own', () =>
  onStage(async (stage) => {
    const inputs = { operation: 'apply', replicas: '3', zones: '1\n3' }
    const applied = await stage.runInProcess(inputs)
    const zones = [CONNECTOR, `${CONNECTOR}-2`, `${CONNECTOR}-3`].map((name) => stage.stored(name)?.zones)
    expect([applied.exitCode, zones]).toEqual([0, [['1'], ['3'], ['1']]])
    await expectInSync(stage, inputs)
    const turned = await stage.runInProcess({ ...inputs, zones: '2, 3', 'allow-replace': 'true' })
    expect(writesOf(turned)).toEqual(
      [
        `DELETE ${CONNECTOR}`,
        `PUT ${CONNECTOR}`,
        `PATCH ${CONNECTOR}-2`,
        `DELETE ${CONNECTOR}-3`,
        `PUT ${CONNECTOR}-3`,
      ].filter((line) => !line.startsWith('PATCH')),
    )
  }, AT_ONCE))

test('a zone in a region without any is told before anything is asked, or once the region is known', () =>
  onStage(async (stage) => {
    const refused = await stage.runInProcess({ operation: 'apply', zones: '1', location: 'northcentralus' })
    expectFailure(refused, 'invalid-inputs', 'the region northcentralus has no availability zones')
    expect(refused.requests).toEqual([])
    stage.control.addResourceGroup({ name: 'rg-plain', location: 'northcentralus' })
    const later = await stage.runInProcess({
      operation: 'apply',
      zones: '1',
      location: '',
      'resource-group': 'rg-plain',
    })
    expectFailure(later, 'location-not-available', 'The region northcentralus has no availability zones.')
    expect(writesOf(later)).toEqual([])
  }, AT_ONCE))
