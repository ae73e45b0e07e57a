import { DEFAULTS } from './defaults.ts'
import type { Rule } from './reader.ts'
import { broken } from './rule.ts'
import { numberIn } from './rules.ts'

export const DEFAULT_RETENTION = DEFAULTS['log-analytics-retention']

const WORKSPACE_ID =
  /^\/subscriptions\/[0-9a-f-]{36}\/resourceGroups\/[^/]+\/providers\/Microsoft\.OperationalInsights\/workspaces\/[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$/i

/** `none`, `create`, or the id of a workspace. */
export const logAnalytics: Rule<string> = {
  allowed: 'none, create, or the resource id of a Log Analytics workspace',
  example: 'log-analytics: create',
  parse(given) {
    if (given === 'none' || given === 'create') return given
    const id = given.replace(/\/$/, '')
    return WORKSPACE_ID.test(id) ? id : broken('is neither none, create nor the id of a workspace.')
  },
}

/** Days, for the tier PerGB2018: https://learn.microsoft.com/azure/azure-monitor/logs/data-retention-configure */
export const retention = numberIn({ min: 30, max: 730, step: 1, unit: 'days' }, 'log-analytics-retention: 30')
