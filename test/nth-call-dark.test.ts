import { describe } from 'vitest';
import { holdsAtEveryCall } from './nth-call.ts';
import { DARK } from './season/stories.ts';

describe('a set drops it while the other feed is dark, and people come into the roster', () =>
  holdsAtEveryCall(DARK));
