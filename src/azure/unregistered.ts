import type { Finding } from './errors.ts'

/** Providers as people call them. */
const SERVICES: Readonly<Record<string, string>> = {
  'Microsoft.ContainerInstance': 'Azure Container Instances',
  'Microsoft.OperationalInsights': 'Log Analytics',
}

/** A resource provider that the subscription does not have yet. */
export function unregistered(subscriptionId: string, namespace = 'Microsoft.ContainerInstance'): Finding {
  return {
    code: 'provider-not-registered',
    message: `The subscription ${subscriptionId} is not registered for ${SERVICES[namespace] ?? namespace}.`,
    hint: [
      'Somebody with Contributor on the subscription registers it once (it takes a minute):',
      `  az provider register --subscription ${subscriptionId} --namespace ${namespace} --wait`,
    ].join('\n'),
  }
}
