import { codeAt, stepOf } from '../../src/platform/access/totp.ts'

/** The bytes of a base32 text, as a device reads them. */
function bytesOf(text: string): Buffer {
  const bits = [...text]
    .map((sign) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign).toString(2).padStart(5, '0'))
    .join('')
  return Buffer.from(bits.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2)))
}

/** What a device that has read the secret shows at an instant. */
export const shownAt = (secret: string, at: Date): string => codeAt(bytesOf(secret), stepOf(at))
