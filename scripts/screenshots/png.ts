import { crc32, deflateSync, inflateSync } from 'node:zlib'

/**
 * A picture of a page with at most 256 colours, which takes a third of what Chromium writes. Reads what Chromium writes: 8 bits a
 * channel, not interlaced. https://www.w3.org/TR/png-3/
 */
export function withFewColours(png: Buffer): Buffer {
  const chunks = chunksOf(png)
  const header = chunks.find(({ type }) => type === 'IHDR')?.data ?? Buffer.alloc(13)
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)]
  const channels = header[9] === 6 ? 4 : 3
  const data = inflateSync(Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)))
  const pixels = unfiltered(data, width * channels, height, channels)
  const { palette, indices } = quantised(pixels, channels)

  const rows = Buffer.alloc((width + 1) * height)
  for (let y = 0; y < height; y += 1) indices.copy(rows, y * (width + 1) + 1, y * width, (y + 1) * width)
  header.set([8, 3], 8)
  return Buffer.concat([
    png.subarray(0, 8),
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

type Chunk = { readonly type: string; readonly data: Buffer }

function chunksOf(png: Buffer): Chunk[] {
  const chunks: Chunk[] = []
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at)
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) })
    at += length + 12
  }
  return chunks
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

/** https://www.w3.org/TR/png-3/#9Filters */
function unfiltered(data: Buffer, stride: number, height: number, channels: number): Buffer {
  const pixels = Buffer.alloc(stride * height)
  for (let y = 0; y < height; y += 1) {
    const filter = data[y * (stride + 1)] ?? 0
    for (let x = 0; x < stride; x += 1) {
      const at = y * stride + x
      const left = x < channels ? 0 : (pixels[at - channels] ?? 0)
      const up = y === 0 ? 0 : (pixels[at - stride] ?? 0)
      const corner = x < channels || y === 0 ? 0 : (pixels[at - stride - channels] ?? 0)
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0
      pixels[at] = (data[y * (stride + 1) + 1 + x] ?? 0) + predicted
    }
  }
  return pixels
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)]
  if (a <= b && a <= c) return left
  return b <= c ? up : corner
}

/** The colours that are seen most; every other becomes the nearest of them. */
function quantised(pixels: Buffer, channels: number): { readonly palette: Buffer; readonly indices: Buffer } {
  const colours = new Uint32Array(pixels.length / channels)
  const counts = new Map<number, number>()
  for (let index = 0; index < colours.length; index += 1) {
    const colour = pixels.readUIntBE(index * channels, 3)
    colours[index] = colour
    counts.set(colour, (counts.get(colour) ?? 0) + 1)
  }
  const most = [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 256)
    .map(([colour]) => colour)
  const indexOf = new Map([...counts.keys()].map((colour) => [colour, nearest(most, colour)]))
  const palette = Buffer.alloc(most.length * 3)
  for (const [index, colour] of most.entries()) palette.writeUIntBE(colour, index * 3, 3)
  return { palette, indices: Buffer.from(colours.map((colour) => indexOf.get(colour) ?? 0)) }
}

function nearest(palette: readonly number[], colour: number): number {
  const distances = palette.map((other) =>
    [0, 8, 16].reduce((sum, shift) => sum + (((other >> shift) & 255) - ((colour >> shift) & 255)) ** 2, 0),
  )
  return distances.indexOf(Math.min(...distances))
}
