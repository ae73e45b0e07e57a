import type { CommentMode } from './discussion.ts'
import type { Rule } from './reader.ts'
import { broken, choice, pattern } from './rule.ts'

export const githubToken = pattern(
  'a token of GitHub, without blanks or line breaks inside',
  'github-token: ${{ github.token }}',
  /^[\x21-\x7e]+$/,
)

export const comment: Rule<CommentMode> = choice(['auto', 'always', 'on-change', 'never'], 'comment: on-change')

/** GitHub's limits: https://docs.github.com/rest/issues/labels#create-a-label and the form for new accounts. */
export const labels = names('labels', 'drift-issue-labels: drift', /^[^\p{Cc}]{1,50}$/u)
export const assignees = names('logins', 'drift-issue-assignees: octocat', /^[A-Za-z0-9][A-Za-z0-9_-]{0,38}$/)

/** Names on lines of their own, or with commas between them. */
function names(what: string, example: string, one: RegExp): Rule<readonly string[]> {
  return {
    allowed: `${what}, one per line or with commas between them`,
    example,
    parse(text) {
      const all = text.split(/[\n,]/).map((name) => name.trim())
      const given = [...new Set(all.filter((name) => name !== ''))]
      const wrong = given.filter((name) => !one.test(name))
      return wrong.length === 0
        ? given
        : broken(...wrong.map((name) => `has ${JSON.stringify(name)}, which does not have the right form.`))
    },
  }
}
