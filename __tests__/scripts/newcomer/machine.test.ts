import { expect, test } from '@jest/globals'
import { newcomersEnv } from '../../../scripts/newcomer/machine.ts'

const OWN = { HOME: '/new/home', TMPDIR: '/new/tmp', npm_config_cache: '/new/npm-cache' }

test('of somebody’s variables a newcomer has PATH alone, without the programs of a checkout', () => {
  const env = {
    PATH: '/repo/node_modules/.bin:/usr/lib/node_modules/npm/bin/node-gyp-bin:/usr/local/bin:/usr/bin',
    HOME: '/home/somebody',
    TMPDIR: '/somewhere',
    CI: 'true',
    GIT_DIR: '/repo/.git',
    NODE_ENV: 'production',
    NODE_OPTIONS: '--no-warnings',
    AZURE_CLIENT_SECRET: 'secret',
    GITHUB_TOKEN: 'token',
    npm_config_cache: '/home/somebody/.npm',
    npm_config_prefix: '/usr/local',
    npm_config_ignore_scripts: 'true',
    npm_lifecycle_event: 'newcomer',
    npm_package_name: 'ours',
  }
  expect(newcomersEnv(env, '/new')).toEqual({ PATH: '/usr/local/bin:/usr/bin', ...OWN })
})

test('the way to the registry belongs to the machine, and stays', () => {
  const way = {
    npm_config_registry: 'https://packages.example/',
    'npm_config_@ours:registry': 'https://packages.example/ours/',
    'npm_config_//packages.example/:_authToken': 'token',
    NPM_CONFIG_USERCONFIG: '/home/somebody/.npmrc',
    npm_config_globalconfig: '/etc/npmrc',
    npm_config_https_proxy: 'http://proxy.example',
    npm_config_noproxy: '',
    npm_config_cafile: '/etc/ca.pem',
    npm_config_strict_ssl: 'true',
    HTTPS_PROXY: 'http://proxy.example',
    no_proxy: 'localhost',
    NODE_EXTRA_CA_CERTS: '/etc/ca.pem',
    SSL_CERT_FILE: '/etc/ca.pem',
  }
  expect(newcomersEnv({ PATH: '/usr/bin', ...way }, '/new')).toEqual({ PATH: '/usr/bin', ...OWN, ...way })
})
