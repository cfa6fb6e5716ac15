/** From the bytes of an answer to its text, or to the reason why it cannot be trusted as a whole. */
import { READING_BYTES_MAX } from '../limits.ts';

export type Broken =
  | 'empty'
  | 'too-large'
  | 'undecodable'
  | 'html'
  | 'doctype'
  | 'truncated'
  | 'malformed'
  | 'not-the-format';
export type Trusted<T> = { ok: true; value: T } | { ok: false; reason: Broken };

/** Bytes within which an XML declaration or the beginning of a page stands. */
const PROLOG_BYTES = 256;

/**
 * The text of an answer. Text of another charset is hardly ever valid UTF-8 by accident, while servers often name a
 * charset that is not the text's: so UTF-8 is asked first, then the header, then the document's own declaration.
 */
export function decode(bytes: Uint8Array, contentType: string | null = null): Trusted<string> {
  const text = textIn(bytes, contentType);
  return text.ok && looksLikeHtml(text.value) ? { ok: false, reason: 'html' } : text;
}

/** The text of any answer, a page for people too. */
export function textIn(bytes: Uint8Array, contentType: string | null = null): Trusted<string> {
  if (bytes.length > READING_BYTES_MAX) return { ok: false, reason: 'too-large' };
  const named = /charset\s*=\s*["']?([\w-]+)/i.exec(contentType ?? '')?.[1];
  const labels = markOf(bytes) ?? ['utf-8', named, declaredIn(bytes)].filter((label) => label !== undefined);
  for (const label of labels) {
    const text = decodeAs(bytes, label);
    if (text === null) continue;
    return text.trim() === '' ? { ok: false, reason: 'empty' } : { ok: true, value: text };
  }
  return { ok: false, reason: 'undecodable' };
}

function markOf(bytes: Uint8Array): string[] | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return ['utf-16le'];
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return ['utf-16be'];
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? ['utf-8'] : null;
}

function declaredIn(bytes: Uint8Array): string | undefined {
  const prolog = String.fromCharCode(...bytes.subarray(0, PROLOG_BYTES));
  return /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w-]+)["']/.exec(prolog)?.[1];
}

/** Strict: a byte that is no character of the charset refuses it. Null also for a label nobody knows. */
function decodeAs(bytes: Uint8Array, label: string): string | null {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch (error) {
    // TextDecoder's two ways of saying no: an unknown label and bytes that do not fit.
    if (error instanceof RangeError || error instanceof TypeError) return null;
    throw error;
  }
}

/** A page in place of data: an error page, or a firewall that answers 200. */
function looksLikeHtml(text: string): boolean {
  return /^\s*(?:<!--[\s\S]{0,500}?-->\s*)*<(?:!doctype\s+html|html|head|body|script|meta)\b/i.test(text);
}
