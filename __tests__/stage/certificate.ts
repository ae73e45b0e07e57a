// The certificate library needs the metadata of its own decorators.
import 'reflect-metadata'
import { createPrivateKey } from 'node:crypto'
import { X509CertificateGenerator } from '@peculiar/x509'

/** An application's certificate and its key, PEM. */
export type ApplicationCertificate = {
  readonly certificate: string
  readonly key: string
  readonly encryptedKey: string
}

const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
}

/** A fresh self-signed certificate, as an administrator makes one to upload it. `password` locks the encrypted form of its key. */
export async function newCertificate(password: string): Promise<ApplicationCertificate> {
  const keys = await globalThis.crypto.subtle.generateKey(RSA, true, ['sign', 'verify'])
  const made = await X509CertificateGenerator.createSelfSigned({ name: 'CN=deployer', keys, signingAlgorithm: RSA })
  const pkcs8 = Buffer.from(await globalThis.crypto.subtle.exportKey('pkcs8', keys.privateKey))
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  const form = { type: 'pkcs8', format: 'pem' } as const
  return {
    certificate: `${made.toString('pem')}\n`,
    key: key.export(form).toString(),
    encryptedKey: key.export({ ...form, cipher: 'aes-256-cbc', passphrase: password }).toString(),
  }
}
