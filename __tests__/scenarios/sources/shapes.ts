import { fieldsOf, isFields, itemsOf } from '../../specs/json.ts'

/** What `az container show` makes of the reply of Azure's API: flat, with `memoryInGb`, and null for all that is not there. */
export function asAzShows(reply: unknown): unknown {
  const { properties, ...envelope } = fieldsOf(reply)
  const { containers, ...rest } = fieldsOf(properties)
  const absent = {
    diagnostics: null,
    dnsConfig: null,
    extensions: null,
    ipAddress: null,
    priority: null,
    subnetIds: null,
    volumes: null,
    zones: null,
    encryptionProperties: null,
    confidentialComputeProperties: null,
  }
  return { ...absent, ...envelope, ...rest, resourceGroup: 'rg-apono', containers: itemsOf(containers).map(container) }
}

function container(item: unknown): unknown {
  const { properties, name } = fieldsOf(item)
  const { environmentVariables, resources, ...rest } = fieldsOf(properties)
  const { memoryInGB, ...requests } = fieldsOf(fieldsOf(resources).requests)
  return {
    command: null,
    livenessProbe: null,
    readinessProbe: null,
    volumeMounts: null,
    ...rest,
    name,
    environmentVariables: itemsOf(environmentVariables).map((variable) => ({
      secureValue: null,
      value: null,
      ...fieldsOf(variable),
    })),
    resources: { limits: null, requests: { ...requests, gpu: null, memoryInGb: memoryInGB } },
  }
}

/** The inputs of a printed block as a workflow would hand them over. */
export function inputsOf(block: unknown, names: Readonly<Record<string, string>>): Record<string, string> {
  const inputs = fieldsOf(block).with
  if (!isFields(inputs)) throw new Error('this is no block')
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, evaluated(String(value), names)]))
}

/** GitHub's expressions, as far as a block has any. */
function evaluated(text: string, names: Readonly<Record<string, string>>): string {
  return text.replaceAll(
    /\$\{\{ (?:'([^']*)'|(?:vars|secrets)\.(\w+)) \}\}/g,
    (_all, literal: string | undefined, name: string) => {
      const value = literal ?? names[name]
      if (value === undefined) throw new Error(`nobody has set ${name}`)
      return value
    },
  )
}
