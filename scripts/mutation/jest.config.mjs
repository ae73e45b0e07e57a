import config from '../../jest.config.mjs'

/** The suites of the pure parts only: every mutant runs them. */
export default {
  ...config,
  rootDir: '../..',
  testMatch: ['<rootDir>/__tests__/{engine,inputs}/**/*.test.ts'],
  coverageThreshold: {},
}
