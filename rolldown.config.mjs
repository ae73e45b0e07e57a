import { defineConfig } from 'rolldown'
import license from 'rollup-plugin-license'

/** What may be bundled: it asks for no more than its text beside the bundle. Another license, or none, ends the build. */
const ALLOWED_LICENSES = '(MIT OR ISC OR 0BSD OR BSD-2-Clause OR BSD-3-Clause OR Apache-2.0)'

/**
 * What packages use when it happens to be there, for example because a tool of ours needs it. A build must not depend on that, nor the
 * bundle hold what nobody asked for; each finds an empty module and does without.
 */
const NOT_INSTALLED = { 'supports-color': false }

/**
 * Bundles src/ into dist/: a small entry, and the Azure SDKs in chunks that load late. `-d` writes to another folder.
 * @actions/core pulls an HTTP stack that we do not use; its modules only define things, so what is unused may go.
 */
export default defineConfig({
  input: { index: 'src/index.ts' },
  platform: 'node',
  resolve: { alias: NOT_INSTALLED },
  treeshake: { moduleSideEffects: [{ test: /node_modules[\\/]@actions[\\/]/, sideEffects: false }] },
  output: {
    dir: 'dist',
    format: 'esm',
    minify: true,
    comments: false,
    cleanDir: true,
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
  },
  plugins: [thirdPartyLicenses(), packageType()],
})

/** The licenses of what is bundled, as one of the bundle's files, and the same bytes in every build. */
function thirdPartyLicenses() {
  let source = ''
  const scan = license({
    thirdParty: {
      multipleVersions: true,
      allow: { test: ALLOWED_LICENSES, failOnUnlicensed: true, failOnViolation: true },
      output: (dependencies) => {
        source = licenseTexts(dependencies)
      },
    },
  })
  return {
    ...scan,
    generateBundle() {
      scan.generateBundle()
      this.emitFile({ type: 'asset', fileName: 'licenses.txt', source })
    },
  }
}

/** By name, since the order of discovery depends on which chunk is rendered first; with the line ends of this repository. */
function licenseTexts(dependencies) {
  const texts = dependencies.map((dependency) => dependency.text().replaceAll(/\r\n?/g, '\n').trim())
  return `${texts.sort().join('\n\n---\n\n')}\n`
}

/** Node reads dist/ as ES modules wherever the action is unpacked. */
function packageType() {
  return {
    name: 'package-type',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'package.json', source: '{"type":"module"}\n' })
    },
  }
}
