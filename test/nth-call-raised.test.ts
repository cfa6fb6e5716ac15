import { describe } from 'vitest';
import { holdsAtEveryCall } from './nth-call.ts';
import { RAISED } from './season/stories.ts';

describe('a yellow is told, raised to orange and lifted, the evening before', () => holdsAtEveryCall(RAISED));
