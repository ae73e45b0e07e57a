import * as core from '@actions/core'
import { expect, test } from '@jest/globals'
import * as jose from 'jose'
import { Clock } from '../../sandbox/clock.ts'
import { Random } from '../../sandbox/random.ts'

test('x', () => {
  expect(new Random('a').guid()).toMatch(/^[0-9a-f-]{36}$/)
  expect(typeof jose.SignJWT + typeof core.getInput).toBe('functionfunction')
  expect(new Clock().now()).toBeGreaterThan(0)
})
