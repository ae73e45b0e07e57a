import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Answer } from '../../specs/arm-client.ts'
import { loadSpecs, violations } from '../../specs/conformance.ts'
import { fieldsOf } from '../../specs/json.ts'
import { determinedLeaves, keysOf, leavesOf, replaced } from '../../specs/leaves.ts'
import { openSession, type Session } from '../../specs/sandbox-session.ts'
import { describeWithSpecs } from '../../specs/suite.ts'
import { diagnosticsRecording, identityRecording, readWireSamples, type WireSample } from '../../specs/wire-samples.ts'

/** Recorded headers that a reply of the sandbox need not have. */
const headersNotCompared: Readonly<Record<string, string>> = {
  vary: 'speaks of compression, which the sandbox does not do',
  'set-cookie': 'pins a client to a slice of the gateway; no client of ours keeps cookies',
  'content-length': 'compared by the client itself',
}

/** Paths left out of the comparison of keys, and why. */
const keysNotCompared: readonly { readonly path: RegExp; readonly why: string }[] = [
  {
    path: /^\/properties\/containers\/\d+\/properties\/instanceView\/(previousState|events)$/,
    why: 'depends on what the container did before',
  },
  {
    path: /^\/properties\/(provisioningTimeoutInSeconds|isCustomProvisioningTimeout)$/,
    why: 'newer than one of the recordings',
  },
  {
    path: /^\/value\/0\/properties\/permissions\/\d+\/(actions|notActions)\/\d+$/,
    why: 'Microsoft adds actions to built-in roles',
  },
]

/** Values that do not depend on when and where a recording was made. */
const fixedByService =
  /^\/(id|name|type|location)$|\/(sku|provisioningState|provisioningTimeoutInSeconds|principalType|restartPolicy)$|^\/properties\/instanceView\/state$|\/currentState\/state$/

describeWithSpecs('recorded requests sent to the sandbox', () => {
  const specs = loadSpecs()
  let session: Session
  beforeAll(async () => {
    session = await openSession()
  })
  afterAll(() => session.close())

  async function resend({ exchange }: WireSample, texts: Readonly<Record<string, string>>): Promise<Answer> {
    const url = `${exchange.path}?${new URLSearchParams(exchange.query)}`
    return session.send(exchange.method, String(replaced(url, texts)), replaced(exchange.requestBody, texts))
  }

  function principalOf(answer: Answer): string {
    return String(fieldsOf(fieldsOf(answer.exchange.replyBody).identity).principalId)
  }

  /** The recording as it would be had it been made here. */
  function adapted(sample: WireSample, texts: Readonly<Record<string, string>>): WireSample {
    const { requestBody, replyBody } = sample.exchange
    const exchange = {
      ...sample.exchange,
      requestBody: replaced(requestBody, texts),
      replyBody: replaced(replyBody, texts),
    }
    return { ...sample, exchange }
  }

  /** Same status and headers, same keys in the same order, same values where the request or the service fixes them. */
  function expectAlike(sample: WireSample, answer: Answer): void {
    const recorded = sample.exchange
    const isLeftOut = (path: string): boolean => keysNotCompared.some((each) => each.path.test(path))
    const determined = determinedLeaves(
      { request: recorded.requestBody, reply: recorded.replyBody },
      recorded.requestBody,
    )
    const settled = [...leavesOf(recorded.replyBody)].filter(
      ([path]) => fixedByService.test(path) || determined.has(path),
    )
    const answered = leavesOf(answer.exchange.replyBody)
    const missing = Object.keys(sample.headers).filter(
      (name) => !(name in headersNotCompared) && !answer.headers.has(name),
    )

    expect({ status: answer.exchange.status, missing, violations: violations(specs, answer.exchange) }).toEqual({
      status: recorded.status,
      missing: [],
      violations: [],
    })
    expect(keysOf(answer.exchange.replyBody, isLeftOut)).toEqual(keysOf(recorded.replyBody, isLeftOut))
    expect(settled.map(([path]) => [path, answered.get(path)])).toEqual(settled)
  }

  test('a group with an identity and a role is answered as it was recorded', async () => {
    const texts: Record<string, string> = {
      '00000000-0000-0000-0000-000000000000': session.subscriptionId,
      // The sandbox has no storage: the role is given at the resource group instead.
      '/providers/Microsoft.Storage/storageAccounts/clistorage000003': '',
    }
    const { control } = session.sandbox
    // When the role was given, the directory already knew the identity, and the container had not started yet: on a busy machine too.
    control.setTiming({ replicationMs: 0, pendingMs: 60_000 })
    control.addResourceGroup({
      name: 'clitest.rg000001',
      location: 'westus',
      tags: { product: '', cause: '', test: '', date: '' },
    })

    for (const sample of readWireSamples(identityRecording)) {
      if (sample.step.startsWith('operation GET')) {
        control.advanceClock(120_000)
        const operation = await session.send('GET', texts.operation ?? '')
        expectAlike(adapted(sample, texts), operation)
        expect(operation.exchange.replyBody).toMatchObject({ status: 'Succeeded' })
        continue
      }
      const answer = await resend(sample, texts)
      expectAlike(adapted(sample, texts), answer)
      if (!sample.step.startsWith('container group PUT')) continue
      // What follows speaks of the principal and the operation of this create.
      texts['2904cfba-1294-4c68-a97d-c11525c0dacf'] = principalOf(answer)
      texts.operation = answer.headers.get('azure-asyncoperation') ?? ''
    }
  })

  test('a group with diagnostics is answered as it was recorded', async () => {
    const [create, poll] = readWireSamples(diagnosticsRecording)
    if (!create || !poll) throw new Error('The recording is not as it was.')
    const texts = {
      azure_subscription_id: session.subscriptionId,
      myjstest: session.resourceGroup,
      // GPUs are retired since 2025-07-14.
      ',"gpu":{"count":1,"sku":"K80"}': '',
    }
    const put = await resend(create, texts)
    expectAlike(adapted(create, texts), put)
    expect(JSON.stringify(put.exchange.replyBody)).not.toContain('workspaceKey')
    expectAlike(adapted(poll, texts), await session.send('GET', put.headers.get('azure-asyncoperation') ?? ''))
  })
})
