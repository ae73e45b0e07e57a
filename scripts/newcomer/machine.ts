type Env = Readonly<Record<string, string | undefined>>

/** What a machine needs to reach its registry: where that is, the way there, and whom to trust. Nothing else of npm's settings. */
const WAY_TO_REGISTRY =
  /^(npm_config_(userconfig|globalconfig|(@.*:)?registry|\/\/.*|.*proxy|ca|cafile|strict_ssl)|(https?|all|no)_proxy|node_extra_ca_certs|ssl_cert_(file|dir))$/i

/**
 * The variables of somebody who has just got this machine: the programs on it and its way to a registry; `home` is empty, and so are
 * the folders for what npm keeps and for what is temporary.
 */
export function newcomersEnv(env: Env, home: string): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => WAY_TO_REGISTRY.test(name))
  return {
    ...Object.fromEntries(kept),
    PATH: withoutOurs(env.PATH ?? ''),
    HOME: `${home}/home`,
    TMPDIR: `${home}/tmp`,
    npm_config_cache: `${home}/npm-cache`,
  }
}

/** npm puts the programs of this very checkout in front. */
function withoutOurs(path: string): string {
  return path
    .split(':')
    .filter((folder) => !folder.includes('/node_modules/'))
    .join(':')
}
