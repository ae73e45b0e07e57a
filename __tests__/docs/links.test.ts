import { existsSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { anchorsOf, pageOf, pages, root, targetsOf } from './pages.ts'

const all = pages()
const anchors = new Map(all.map((page) => [page.path, anchorsOf(page)]))

describe.each(all.map((page) => [page.path, page] as const))('%s', (path, page) => {
  const inside = targetsOf(page).filter((target) => !/^[a-z]+:/.test(target))

  test('links to files that are there', () => {
    const files = inside.map((target) => fileOf(path, target))
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([])
  })

  test('links to headings that are there', () => {
    const broken = inside.filter((target) => {
      const anchor = target.split('#')[1]
      return anchor !== undefined && anchors.get(fileOf(path, target))?.includes(anchor) === false
    })
    expect(broken).toEqual([])
  })

  // Nothing outside is asked by a test; what can be told from here is that an address is one, and is encrypted.
  test('links outside with https', () => {
    const outside = targetsOf(page).filter((target) => /^[a-z]+:/.test(target))
    expect(outside.filter((target) => !URL.canParse(target) || new URL(target).protocol !== 'https:')).toEqual([])
  })
})

test('links and pictures in raw HTML are read as well', () => {
  const markdown = `[a](a.md)

<p align="center"><img alt="src" src="b.png"></p>

Here is <a href='c.md#d'>one</a>, and \`<a href="code.md">\`.
`
  expect(targetsOf(pageOf('page.md', markdown))).toEqual(['a.md', 'b.png', 'c.md#d'])
})

function fileOf(page: string, target: string): string {
  const [file = ''] = target.split('#')
  return file === '' ? page : normalize(join(dirname(page), decodeURI(file)))
}
