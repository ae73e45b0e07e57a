import { readFileSync } from 'node:fs'
import { marked } from 'marked'

const css = readFileSync(new URL(import.meta.resolve('github-markdown-css/github-markdown-light.css')), 'utf8')

/** What stands around a text on GitHub: a comment with its author, an issue with its title, a job summary. */
export type Frame =
  | { readonly kind: 'comment'; readonly upTo?: 'table' }
  | { readonly kind: 'issue'; readonly title: string }
  | { readonly kind: 'summary' }

/** A page that shows Markdown as GitHub does. */
export function pageOf(markdown: string, frame: Frame): string {
  const body = withMarks(withDiffs(withAlerts(marked.parse(markdown, { async: false, gfm: true }))))
  return `<!doctype html><meta charset="utf-8"><style>${css}${STYLE}</style><main>${framed(body, frame)}</main>`
}

/** A page that shows the log of a step as GitHub does, ANSI colours included; `␛` stands for the escape character. */
export function logPageOf(log: string): string {
  const lines = log
    .trimEnd()
    .split('\n')
    .map((line, index) => {
      const text = line.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
      const shown = text.replaceAll(/␛\[(\d+)m/g, (_all, sgr: string) =>
        sgr === '0' ? '</span>' : `<span class="sgr${sgr}">`,
      )
      return `<div><i>${index + 1}</i>${shown}</div>`
    })
  return `<!doctype html><meta charset="utf-8"><style>${STYLE}</style><main class="log">${lines.join('')}</main>`
}

function framed(body: string, frame: Frame): string {
  const shown = frame.kind === 'comment' && frame.upTo === 'table' ? body.replace(/(<\/table>)[\s\S]*/, '$1') : body
  const article = `<article class="markdown-body">${shown}</article>`
  const title = frame.kind === 'issue' ? `<h1>${frame.title} <i>#42</i></h1><p class="state">${OPEN} Open</p>` : ''
  const said = frame.kind === 'summary' ? 'connector summary' : '<b>github-actions</b> <span>bot</span> commented now'
  return `${title}<section class="${frame.kind}"><header>${said}</header>${article}</section>`
}

/** https://docs.github.com/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#alerts */
function withAlerts(html: string): string {
  return html.replaceAll(
    /<blockquote>\s*<p>\[!(NOTE|WARNING|CAUTION)\]\s*(<\/p>)?/g,
    (_all, kind: keyof typeof ALERTS, alone: string | undefined) =>
      `<blockquote class="alert ${kind}"><p class="alert-title">${ALERTS[kind]}</p>${alone === undefined ? '<p>' : ''}`,
  )
}

/** GitHub colours diffs line by line. */
function withDiffs(html: string): string {
  return html.replaceAll(/<code class="language-diff">([\s\S]*?)<\/code>/g, (_all, text: string) => {
    const lines = text.split('\n').map((line) => {
      const form = ({ '+': 'added', '-': 'removed', '!': 'changed' } as const)[line.charAt(0) as '+' | '-' | '!']
      return form === undefined ? line : `<span class="${form}">${line}</span>`
    })
    return `<code>${lines.join('\n')}</code>`
  })
}

/** Emoji as pictures of our own, so that the result does not depend on the fonts of a machine. */
function withMarks(html: string): string {
  const kept = html.replaceAll(/[^\s>]+\u00a0\w+/gu, (text) => `<span class="kept">${text}</span>`)
  return Object.entries(MARKS).reduce((rest, [mark, picture]) => rest.replaceAll(mark, picture), kept)
}

function svg(content: string): string {
  return `<svg class="mark" viewBox="0 0 16 16">${content}</svg>`
}

function disc(colour: string): string {
  return svg(`<circle cx="8" cy="8" r="6.5" fill="${colour}"/>`)
}

const MARKS: Readonly<Record<string, string>> = {
  '🟢': disc('#2da44e'),
  '🟡': disc('#e8b325'),
  '🟣': disc('#8250df'),
  '🔴': disc('#d1242f'),
  '🟠': disc('#e16f24'),
  '🔵': disc('#218bff'),
  '⚪': disc('#d0d7de'),
  '✅': svg(
    '<rect x="1" y="1" width="14" height="14" rx="3" fill="#2da44e"/><path d="m4 8.2 2.8 2.8L12 5.5" fill="none" stroke="#fff" stroke-width="2"/>',
  ),
  '❌': svg('<path d="m3 3 10 10M13 3 3 13" stroke="#d1242f" stroke-width="3" stroke-linecap="round"/>'),
}

const OPEN = svg(
  '<circle cx="8" cy="8" r="6.5" fill="none" stroke="#fff" stroke-width="1.5"/><circle cx="8" cy="8" r="1.5" fill="#fff"/>',
)

const ALERTS = {
  NOTE: `${svg('<circle cx="8" cy="8" r="7" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M8 7v5M8 4v1.6" stroke="currentColor" stroke-width="1.6"/>')}Note`,
  WARNING: `${svg('<path d="M8 1.5 15 14H1Z" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round"/><path d="M8 6v4M8 11.2v1.4" stroke="currentColor" stroke-width="1.6"/>')}Warning`,
  CAUTION: `${svg('<path d="M5 1h6l4 4v6l-4 4H5l-4-4V5Z" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M8 4v5M8 10.5v1.6" stroke="currentColor" stroke-width="1.6"/>')}Caution`,
}

const STYLE = `
body { margin: 0; background: #fff; }
main { box-sizing: border-box; width: 940px; padding: 20px; font: 14px/1.5 "Noto Sans", Helvetica, Arial, sans-serif; color: #1f2328; }
h1 { font-size: 26px; font-weight: 400; margin: 0 0 8px; } h1 i { font-style: normal; color: #59636e; }
.state { display: inline-block; margin: 0 0 16px; padding: 4px 12px; border-radius: 2em; background: #1f883d; color: #fff; font-weight: 600; }
section { border: 1px solid #d1d9e0; border-radius: 6px; overflow: hidden; }
section > header { padding: 9px 16px; background: #f6f8fa; border-bottom: 1px solid #d1d9e0; color: #59636e; }
section > header b { color: #1f2328; } section > header span { border: 1px solid #d1d9e0; border-radius: 2em; padding: 0 6px; font-size: 12px; }
section.summary > header { background: #fff; font-weight: 600; color: #1f2328; }
article.markdown-body { padding: 16px; font-size: 14px; font-family: "Noto Sans", Helvetica, Arial, sans-serif; }
.markdown-body details { margin-bottom: 12px; } .markdown-body summary { margin-bottom: 8px; cursor: pointer; }
.markdown-body details:not([open]) summary { margin: 0; }
.kept { white-space: nowrap; } .mark { width: 14px; height: 14px; vertical-align: -2px; }
.markdown-body .alert { padding: 8px 16px; border-left: 4px solid; color: inherit; } .markdown-body .alert > :last-child { margin-bottom: 0; }
.markdown-body .alert-title { display: flex; gap: 8px; align-items: center; font-weight: 500; margin-bottom: 12px; }
.NOTE { border-left-color: #0969da !important; } .NOTE .alert-title { color: #0969da; }
.WARNING { border-left-color: #9a6700 !important; } .WARNING .alert-title { color: #9a6700; }
.CAUTION { border-left-color: #cf222e !important; } .CAUTION .alert-title { color: #d1242f; }
main.log { background: #0d1117; color: #f0f6fc; font: 12px/20px "Liberation Mono", monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
.log div { padding-left: 48px; } .log i { display: inline-block; width: 24px; margin: 0 16px 0 -40px; text-align: right; color: #9198a1; font-style: normal; }
.sgr1 { font-weight: 700; } .sgr2 { opacity: .6; } .sgr31 { color: #ff7b72; } .sgr32 { color: #3fb950; } .sgr33 { color: #d29922; } .sgr35 { color: #be8fff; }
.added { color: #116329; background: #dafbe1; } .removed { color: #82071e; background: #ffebe9; } .changed { color: #953800; background: #ffd8b5; }
`
