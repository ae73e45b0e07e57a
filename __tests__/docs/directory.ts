import type { Stage } from '../stage.ts'

/** Of one who signs in: the ids that roles are given to, and that it is called by when it does. */
export type Identity = { readonly clientId: string; readonly principalId: string }

/** Who is there, by the names that a recipe gave them, and what it may ask. */
export type Directory = {
  make(name: string): void
  /** @throws Error when nobody is called that. */
  named(name: string): Identity
  /** @throws Error when nobody has that id. */
  with(part: keyof Identity, id: string): Identity
  /** @throws Error for a question that has no answer. */
  answer(question: string): string
}

export function directoryOf({ control, sandbox }: Stage, known: Readonly<Record<string, Identity>>): Directory {
  const identities = new Map(Object.entries(known))
  const { repository } = control.github()
  const answers: Readonly<Record<string, string | undefined>> = {
    'account id': sandbox.inputs['subscription-id'],
    'account tenantId': sandbox.inputs['tenant-id'],
    '00000003-0000-0000-c000-000000000000 id': 'graph',
    [`repos/${repository}/actions/oidc/customization/sub .sub_claim_prefix`]: repositoryIn(control.github().subject),
  }
  return {
    make(name) {
      if (identities.has(name)) return
      const { clientId, objectId } = control.addApplication({ displayName: name })
      identities.set(name, { clientId, principalId: objectId })
    },
    named: (name) => some(identities.get(name), `an identity ${name}`),
    with: (part, id) =>
      some(
        [...identities.values()].find((each) => each[part] === id),
        `the ${part} ${id}`,
      ),
    answer(question) {
      const [, quoted, plain = '', wanted = ''] = /^(?:displayName eq '(.+)'|(\S+)) (\S+)$/.exec(question) ?? []
      const part = PARTS[wanted]
      return some(answers[question] ?? (part && identities.get(quoted ?? plain)?.[part]), `an answer to ${question}`)
    },
  }
}

const PARTS: Readonly<Record<string, keyof Identity>> = {
  clientId: 'clientId',
  principalId: 'principalId',
  id: 'principalId',
  '[0].appId': 'clientId',
  '[0].id': 'principalId',
}

/** The first half of a subject, `repo:…`. */
function repositoryIn(subject: string): string {
  return subject.split(':').slice(0, 2).join(':')
}

function some<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`there is not ${what}`)
  return value
}
