import { DEFAULTS } from '../../src/inputs/defaults.ts'
import { field, parseJson } from '../../src/json.ts'
import { LATEST_KNOWN, REGISTRY, RESERVED_ENVIRONMENT } from '../../src/spec/connector.ts'
import { OWN_TAGS } from '../../src/spec/tags.ts'
import { connectorIdOf, type Install } from './install.ts'
import { logsOf } from './logs.ts'
import { isOpen, keyValueText, lines, looksSecret, secretLines } from './texts.ts'

/** One line of the block; one without a value is a remark of its own. */
export type Entry = { readonly input: string; readonly value: string | undefined; readonly why?: string }

/** The block in the order of the README, and what a reader should know before using it. */
export type WithBlock = { readonly head: readonly string[]; readonly entries: readonly Entry[] }

/** What the step has to say so that the group stays as it is. Inputs that mean their default are left out. */
export function withBlock(install: Install): WithBlock {
  const entries = [
    ...place(install),
    ...connector(install),
    ...network(install),
    ...logsOf(install),
    ...variables(install),
    ...identity(install),
    ...rights(install),
  ]
  return {
    head: [
      `The connector of the container group "${install.name}". \`operation: plan\`, the default, shows what would change.`,
      ...(install.readableToken !== undefined
        ? [
            'Its token can be read in plain text in Azure today. Apply makes it a secure value; rotate it in Apono as well.',
          ]
        : []),
      ...install.others,
    ],
    entries: entries.filter(
      ({ input, value }) =>
        value === undefined || value !== Object.entries(DEFAULTS).find(([name]) => name === input)?.[1],
    ),
  }
}

function place({ id, location, tenantId }: Install): Entry[] {
  const [, subscription, resourceGroup] = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\//i.exec(id) ?? []
  return [
    { input: 'client-id', value: '${{ vars.AZURE_CLIENT_ID }}' },
    { input: 'tenant-id', value: tenantId ?? '${{ vars.AZURE_TENANT_ID }}' },
    { input: 'subscription-id', value: subscription ?? '${{ vars.AZURE_SUBSCRIPTION_ID }}' },
    { input: 'resource-group', value: resourceGroup ?? '${{ vars.AZURE_RESOURCE_GROUP }}' },
    { input: 'location', value: location, why: 'may go if it is the region of the resource group' },
  ]
}

function connector(install: Install): Entry[] {
  const { name, cpu, memory, replicas } = install
  const id = connectorIdOf(install)
  const url = variableOf(install, 'APONO_URL')
  return [
    { input: 'apono-token', value: '${{ secrets.APONO_TOKEN }}' },
    { input: 'connector-id', value: id },
    ...(name === id ? [] : [{ input: 'name', value: name }]),
    { input: 'replicas', value: String(replicas), why: 'each keeps its name and its identity' },
    ...image(install),
    ...(url === undefined ? [] : [{ input: 'apono-url', value: url }]),
    ...(cpu === undefined ? [] : [{ input: 'cpu', value: String(cpu) }]),
    ...(memory === undefined ? [] : [{ input: 'memory', value: String(memory) }]),
  ]
}

function image({ image: reference, registry }: Install): Entry[] {
  const version = new RegExp(`^${REGISTRY.replaceAll('.', '\\.')}/apono-connector:(v\\d+\\.\\d+\\.\\d+)$`).exec(
    reference,
  )?.[1]
  if (version === LATEST_KNOWN.version) return []
  if (version !== undefined)
    return [{ input: 'connector-version', value: version, why: `latest-known would be ${LATEST_KNOWN.version}` }]
  if (registry?.username === undefined || registry.server === REGISTRY) return [{ input: 'image', value: reference }]
  return [
    { input: 'image', value: reference },
    { input: 'registry-username', value: registry.username },
    { input: 'registry-password', value: '${{ secrets.REGISTRY_PASSWORD }}' },
  ]
}

function network({ subnets, nameServers, zones }: Install): Entry[] {
  return [
    ...(subnets.length === 0
      ? []
      : [
          { input: 'ip-address-type', value: 'Private' },
          { input: 'subnet-ids', value: lines(subnets) },
        ]),
    ...(nameServers.length === 0 ? [] : [{ input: 'dns-nameservers', value: lines(nameServers) }]),
    ...(zones.length === 0 ? [] : [{ input: 'zones', value: lines(zones) }]),
  ]
}

function variables({ variables: all, tags, readableToken }: Install): Entry[] {
  const holdsToken = (text: string) => readableToken !== undefined && text.includes(readableToken)
  const further = all.filter(({ name }) => !RESERVED_ENVIRONMENT.includes(name))
  const open = further.flatMap(({ name, value }) =>
    value !== undefined && isOpen(name, value) && !holdsToken(value) ? [[name, value] as const] : [],
  )
  const shown = new Set(open.map(([name]) => name))
  const secure = further.filter(({ name }) => !shown.has(name))
  const readable = secure.flatMap(({ name, value }) => (value === undefined ? [] : [name]))
  const kept = Object.entries(tags).filter(([name]) => !OWN_TAGS.includes(name))
  const hidden = kept.filter(([name, value]) => [name, value].some((text) => looksSecret(text) || holdsToken(text)))
  const told = kept.filter((tag) => !hidden.includes(tag))
  return [
    ...(open.length === 0 ? [] : [{ input: 'environment', value: keyValueText(open) }]),
    ...(secure.length === 0
      ? []
      : [
          {
            input: 'environment-secure',
            value: secretLines(secure.map(({ name }) => name)),
            ...(readable.length > 0 && {
              why: `${readable.join(', ')}: readable in Azure today. What is no secret may stand in \`environment\` with its value`,
            }),
          },
        ]),
    ...(told.length === 0 ? [] : [{ input: 'tags', value: keyValueText(told) }]),
    ...(hidden.length === 0
      ? []
      : [{ input: 'tags', value: undefined, why: `${hidden.length} more, left out because they look secret` }]),
  ]
}

function identity({ identity: { type, ids } }: Install): Entry[] {
  if (ids.length === 0)
    return type === 'None'
      ? [{ input: 'identity-type', value: undefined, why: 'the group has no identity; a new one is made' }]
      : []
  return [
    { input: 'identity-type', value: type.includes('SystemAssigned') ? 'both' : 'UserAssigned' },
    { input: 'identity-ids', value: lines(ids) },
  ]
}

/** The group tells only what somebody wrote into it about its rights, and the guides write `true` in any case. */
function rights(install: Install): Entry[] {
  const isAdmin = field(parseJson(variableOf(install, 'CONNECTOR_METADATA')), 'is_azure_admin') === true
  const look = `az role assignment list --all --assignee ${install.principalId ?? '<principal id>'} --output table`
  return [
    {
      input: 'permissions',
      value: isAdmin ? 'subscription' : 'none',
      why: isAdmin
        ? `what the connector says of itself. Look where its User Access Administrator is (${look}): at a management group it is \`permissions: management-group\` with \`management-group: <its id>\`, nowhere it is \`none\``
        : `what the connector says of itself; what it really has: ${look}`,
    },
  ]
}

function variableOf({ variables: all }: Install, wanted: string): string | undefined {
  return all.find(({ name }) => name === wanted)?.value
}
