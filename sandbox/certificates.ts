// The certificate library needs the metadata of its own decorators.
import 'reflect-metadata'
import type { webcrypto } from 'node:crypto'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'

/** What the server needs for TLS, and the authority that a client has to trust. All PEM, all made in memory. */
export type Certificates = { readonly ca: string; readonly certificate: string; readonly key: string }

const { subtle } = globalThis.crypto
const DAY_MS = 24 * 60 * 60 * 1000
const AUTHORITY = 'CN=Azure sandbox authority'
/** Elliptic keys: they take a millisecond instead of a second. */
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/**
 * A fresh authority and a certificate for localhost, 127.0.0.1, ::1 and these names. Valid by the machine's clock and not the
 * sandbox's, since that is what a client judges it by. Python since 3.13 (so `az`) insists on both key identifiers.
 */
export async function makeCertificates(names: readonly string[] = []): Promise<Certificates> {
  const [authority, server] = await Promise.all([newKeys(), newKeys()])
  const ca = await X509CertificateGenerator.createSelfSigned({
    ...validity(),
    name: AUTHORITY,
    keys: authority,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(authority.publicKey),
    ],
  })
  const certificate = await X509CertificateGenerator.create({
    ...validity(),
    subject: 'CN=Azure sandbox',
    issuer: AUTHORITY,
    publicKey: server.publicKey,
    signingKey: authority.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        ...names.map((value) => ({ type: 'dns' as const, value })),
        { type: 'ip', value: '127.0.0.1' },
        { type: 'ip', value: '::1' },
      ]),
      await SubjectKeyIdentifierExtension.create(server.publicKey),
      await AuthorityKeyIdentifierExtension.create(authority.publicKey),
    ],
  })
  return {
    ca: ca.toString('pem'),
    certificate: certificate.toString('pem'),
    key: await privateKeyPem(server.privateKey),
  }
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
}

function validity(): { readonly notBefore: Date; readonly notAfter: Date } {
  return { notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + 30 * DAY_MS) }
}

async function privateKeyPem(key: webcrypto.CryptoKey): Promise<string> {
  const lines =
    Buffer.from(await subtle.exportKey('pkcs8', key))
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n')
}
