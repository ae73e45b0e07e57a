import { apiVersionOf, apiVersionRefusal } from './api-version.ts'
import type { Call, Reply, Route } from './protocol.ts'

/** Answers a call; the values of placeholders are filled in on the way. */
export type Answer = (call: Call) => Promise<Reply>

type Template = {
  readonly route: Route
  readonly pattern: RegExp
  readonly placeholders: number
  readonly spans: number
}

/** One answer out of many routes. What no route takes is answered 501 and names itself, so that nothing is missed quietly. */
export function router(routes: readonly Route[]): Answer {
  const templates = routes.map(compile).sort(byPrecision)
  return async (call) => {
    const candidates = templates.filter(
      ({ route, pattern }) => route.method === call.method.toUpperCase() && pattern.test(call.path),
    )
    const best = candidates[0]
    if (best === undefined) return notImplemented(call)
    const version = apiVersionOf(call)
    const chosen = candidates.find(({ route }) => serves(route, version))
    if (chosen === undefined) return apiVersionRefusal(version, versionsOf(candidates, best))
    const params = paramsOf(chosen.pattern, call.path)
    // What the front of Azure answers to a path with a broken percent-encoding, before any service sees it.
    if (params === undefined) return { status: 400, body: 'Bad Request - Invalid URL' }
    return chosen.route.handle({ ...call, params })
  }
}

function compile(route: Route): Template {
  const segments = route.path.split('/').filter((segment) => segment !== '')
  const source = segments.map((segment) => `/${segmentPattern(segment)}`).join('')
  return {
    route,
    pattern: new RegExp(`^${source}/?$`, 'i'),
    placeholders: segments.filter((segment) => segment.includes('{')).length,
    spans: segments.filter((segment) => segment.startsWith('{+')).length,
  }
}

/** A placeholder is a segment or stands within one: `servicePrincipals(appId='{appId}')`. */
function segmentPattern(segment: string): string {
  const [, span] = /^\{\+(\w+)\}$/.exec(segment) ?? []
  if (span !== undefined) return `(?<${span}>[^/]+(?:/[^/]+)*)`
  const parts = segment.split(/\{(\w+)\}/)
  return parts.map((part, at) => (at % 2 === 1 ? `(?<${part}>[^/]+)` : literal(part))).join('')
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function byPrecision(a: Template, b: Template): number {
  return a.spans - b.spans || a.placeholders - b.placeholders
}

function serves(route: Route, version: string | undefined): boolean {
  return route.apiVersions === undefined || (version !== undefined && includesVersion(route.apiVersions, version))
}

function includesVersion(served: readonly string[], version: string): boolean {
  return served.some((each) => each.toLowerCase() === version.toLowerCase())
}

/** A path may be served by several routes, each for some versions; the refusal names them all. */
function versionsOf(candidates: readonly Template[], best: Template): readonly string[] {
  return candidates
    .filter(({ pattern }) => pattern.source === best.pattern.source)
    .flatMap(({ route }) => route.apiVersions ?? [])
}

function paramsOf(pattern: RegExp, path: string): Readonly<Record<string, string>> | undefined {
  try {
    const groups = Object.entries(pattern.exec(path)?.groups ?? {})
    return Object.fromEntries(groups.map(([name, value]) => [name, decodeURIComponent(value)]))
  } catch {
    return undefined
  }
}

function notImplemented(call: Call): Reply {
  const version = apiVersionOf(call)
  const target = `${call.method} ${call.path}${version === undefined ? '' : `?api-version=${version}`}`
  const message = `The sandbox has no route for ${target}. Add one, or see sandbox/DIFFERENCES.md.`
  return { status: 501, body: { error: { code: 'SandboxNotImplemented', message } } }
}
