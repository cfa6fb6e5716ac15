/** How long a text is on the air: GSM 03.38 / 3GPP TS 23.038 for the alphabet, TS 23.040 for joined parts. */
import { SMS_JOINED_PART_UNITS, SMS_PART_UNITS } from '../limits.ts';

/** Septets of an SMS of one part in the GSM alphabet: 140 octets of 7 bits. */
export const GSM_PART_SEPTETS = 160;

/** Septets of each part of a longer one: 6 octets go to the header that joins them. */
export const GSM_JOINED_PART_SEPTETS = 153;

/** What marks a cut. */
export const CUT_MARK = '…';

const GSM_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const GSM_SIGNS = ' \n\r!"#$%&\'()*+,-./:;<=>?@_¡£¤¥§¿';
const GSM_ACCENTS = 'ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùüΓΔΘΛΞΠΣΦΨΩ';
const GSM_BASIC = new Set(GSM_LETTERS + GSM_SIGNS + GSM_ACCENTS);
/** Each of these is preceded by an escape and costs two septets. */
const GSM_ESCAPED = new Set('\f^{}\\[~]|€');

const graphemes = new Intl.Segmenter('zh', { granularity: 'grapheme' });

/** Length in UTF-16 units, the measure of a UCS-2 SMS. */
export function units(text: string): number {
  return text.length;
}

/** Parts the carrier sends and bills. One character outside the GSM alphabet makes the whole text UCS-2; no character is split. */
export function smsParts(text: string): number {
  const characters = [...text];
  if (characters.every((character) => GSM_BASIC.has(character) || GSM_ESCAPED.has(character))) {
    const septets = characters.map((character) => (GSM_ESCAPED.has(character) ? 2 : 1));
    return pack(septets, GSM_PART_SEPTETS, GSM_JOINED_PART_SEPTETS);
  }
  const lengths = characters.map((character) => character.length);
  return pack(lengths, SMS_PART_UNITS, SMS_JOINED_PART_UNITS);
}

/** `text` in at most `max` UTF-16 units; a cut falls between graphemes and is marked, the mark included in `max`. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  let kept = '';
  for (const { segment } of graphemes.segment(text)) {
    if (kept.length + segment.length + CUT_MARK.length > max) break;
    kept += segment;
  }
  return max < CUT_MARK.length ? '' : kept + CUT_MARK;
}

function pack(lengths: number[], single: number, joined: number): number {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (total <= single) return 1;
  let parts = 1;
  let filled = 0;
  for (const length of lengths) {
    if (filled + length > joined) {
      parts += 1;
      filled = 0;
    }
    filled += length;
  }
  return parts;
}
