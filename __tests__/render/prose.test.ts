import { expect, test } from '@jest/globals'
import { prose } from '../../src/render/prose.ts'

test('sentences stay sentences, lists become lists, indented lines code to copy', () => {
  const text = [
    'Two inputs are not right:',
    '- cpu: is "x".',
    '    allowed: a number',
    '    example: 1',
    '- memory: is "y".',
    'Correct the `with:` block.',
    '  az group show --name "rg"',
    '  az group list',
  ].join('\n')
  expect(prose(text).split('\n')).toEqual([
    'Two inputs are not right:',
    '',
    '- cpu: is `x`.',
    '',
    '```text',
    'allowed: a number',
    'example: 1',
    '```',
    '',
    '- memory: is `y`.',
    '',
    'Correct the `with:` block.',
    '',
    '```sh',
    'az group show --name "rg"',
    'az group list',
    '```',
  ])
})

test('code keeps its own indentation', () => {
  expect(prose('  permissions:\n    id-token: write')).toBe('```text\npermissions:\n  id-token: write\n```')
})

test('two plans side by side are a diff', () => {
  expect(prose('What differs (- approved, + now):\n  create "c"\n- update "a"\n+ update "b"')).toBe(
    'What differs (`-` approved, `+` now):\n\n```diff\n  create "c"\n- update "a"\n+ update "b"\n```',
  )
})

test('nothing is nothing', () => {
  expect(prose('\n \n')).toBe('')
})
