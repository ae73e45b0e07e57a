import config from '../../jest.config.mjs'

/** The suites of the pure parts only: every mutant runs them. */
export default {
  ...config,
  rootDir: '../..',
  testMatch: ['<rootDir>/scripts/mutation/pure.test.ts'],
  coverageThreshold: {},
}
