import { defineConfig } from 'rolldown'
import license from 'rollup-plugin-license'

/**
 * Bundles src/ into dist/: a small entry, and the Azure SDKs in chunks that load late.
 * @actions/core pulls an HTTP stack that we do not use; its modules only define things, so what is unused may go.
 */
export default defineConfig({
  input: { index: 'src/index.ts' },
  platform: 'node',
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
  plugins: [license({ thirdParty: { output: { file: 'dist/licenses.txt' } } }), packageType()],
})

/** Node reads dist/ as ES modules wherever the action is unpacked. */
function packageType() {
  return {
    name: 'package-type',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'package.json', source: '{"type":"module"}\n' })
    },
  }
}
