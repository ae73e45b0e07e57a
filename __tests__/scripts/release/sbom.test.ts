import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { bundledIn, packageOf, type Sbom, withOnly } from '../../../scripts/release/sbom.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const read = (path: string) => readFileSync(root + path, 'utf8')
const bundled = bundledIn(read('dist/licenses.txt'))

describe('what dist/ is made of', () => {
  test('is what its licences are of, in the same versions', () => {
    execFileSync('npm', ['run', '--silent', 'sbom'], { cwd: root, shell: process.platform === 'win32' })
    const { components, dependencies }: Sbom = JSON.parse(read('build/sbom.cdx.json'))
    expect(bundled.length).toBeGreaterThan(50)
    expect([...new Set(components.map(packageOf))].sort()).toEqual(bundled.toSorted())

    // Everything is there because something else in it asks for it.
    const asked = new Set(dependencies.flatMap(({ dependsOn = [] }) => dependsOn))
    expect(components.filter((component) => !asked.has(component['bom-ref'])).map(packageOf)).toEqual([])
  })

  // CI leaves out what is for development alone: `npm audit --omit=dev`.
  test('is all looked at by the audit', () => {
    const locked: [string, { version?: string; dev?: boolean }][] = Object.entries(
      JSON.parse(read('package-lock.json')).packages,
    )
    const audited = locked
      .filter(([, { dev }]) => dev !== true)
      .map(([path, { version }]) => `${nameAt(path)}@${version}`)
    expect(bundled.filter((name) => !audited.includes(name))).toEqual([])
    expect(read('.github/workflows/ci.yml')).toContain('npm audit --omit=dev')
  })
})

describe('of what is installed', () => {
  const component = (name: string, group?: string) => ({
    'bom-ref': `us|${name}`,
    name,
    version: '1.0.0',
    ...(group === undefined ? {} : { group }),
  })
  const INSTALLED = {
    bomFormat: 'CycloneDX',
    components: [component('used', '@scope'), component('types'), component('deep')],
    dependencies: [
      { ref: 'us', dependsOn: ['us|used', 'us|types'] },
      { ref: 'us|used', dependsOn: ['us|deep', 'us|types'] },
      { ref: 'us|types', dependsOn: [] },
      { ref: 'us|deep' },
    ],
  }

  test('what is bundled stays, and what leads from one to another', () => {
    expect(withOnly(['@scope/used@1.0.0', 'deep@1.0.0'], INSTALLED)).toEqual({
      bomFormat: 'CycloneDX',
      components: [component('used', '@scope'), component('deep')],
      dependencies: [
        { ref: 'us', dependsOn: ['us|used'] },
        { ref: 'us|used', dependsOn: ['us|deep'] },
        { ref: 'us|deep', dependsOn: [] },
      ],
    })
  })

  test.each(['deep@1.0.1', 'supports-color@7.2.0'])('nothing is missing that is bundled (%s)', (name) => {
    expect(() => withOnly([name], INSTALLED)).toThrow(`Bundled, but no dependency at run time: ${name}.`)
  })
})

/** `@azure/core-auth` of `node_modules/@azure/identity/node_modules/@azure/core-auth`. */
function nameAt(path: string): string | undefined {
  return path.split('node_modules/').at(-1)
}
