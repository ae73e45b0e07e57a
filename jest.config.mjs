/** Tests run as ES modules on the sources themselves; swc only strips the types. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
  // The entry runs in scenarios; the others hold types only.
  collectCoverageFrom: ['src/**/*.ts', '!src/index.ts', '!src/engine/adapter.ts', '!src/host/host.ts'],
  coverageProvider: 'v8',
  // Looked at when coverage is, which is in `npm test`.
  coverageThreshold: { global: { lines: 95, branches: 95 } },
  testTimeout: 30_000,
  // Node never lets go of the modules of a suite that has ended, and a worker full of them takes twice as long for the next one.
  workerIdleMemoryLimit: '900MB',
}
