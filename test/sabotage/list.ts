/**
 * Deliberate changes to our own code, each one a way to hurt somebody. The suite must notice every one of them:
 * `node test/sabotage/run.ts` makes them one by one in a copy of the tree.
 */

export interface Sabotage {
  /** Path from the root. */
  file: string;
  /** Occurs exactly once in the file. */
  find: string;
  replace: string;
  /** What the changed program would do. */
  danger: string;
}

export const sabotages: Sabotage[] = [
  {
    file: 'shared/io/dynamo.ts',
    find: "{ ConditionExpression: 'attribute_not_exists(pk)' }",
    replace: "{ ConditionExpression: 'attribute_exists(pk) OR attribute_not_exists(pk)' }",
    danger: 'a put that should find the key free overwrites what is there: two workers hold one claim',
  },
  {
    file: 'shared/stages/deliver.ts',
    find: "await store.putIfAbsent('deliveries', claim);",
    replace: "(await store.put('deliveries', claim), true);",
    danger: 'a claim is put without its condition: two senders tell one person',
  },
  {
    file: 'shared/stages/deliver.ts',
    find: 'if (found?.token === claim.token) return true;',
    replace: 'if (found) return true;',
    danger: 'a claim that another worker won is taken for ours after a lost answer',
  },
  {
    file: 'shared/stages/deliver.ts',
    find: '{ token, state: over }',
    replace: '{ token }',
    danger: 'the answer of a publish overwrites the receipt that came before it',
  },
  {
    file: 'shared/stages/deliver.ts',
    find: 'const why = withheld(job.item.state, slice, claim, instants(ports)) ??',
    replace: 'const why = (null as ReturnType<typeof withheld>) ??',
    danger: 'between claim and publish nobody looks at the deadline, the lease or a stop',
  },
  {
    file: 'shared/io/sns.ts',
    find: 'maxAttempts: 1,',
    replace: 'maxAttempts: 3,',
    danger: 'the SDK sends a Publish again whose answer was lost: three SMS for one call',
  },
  {
    file: 'shared/io/sns.ts',
    find: "if (status === null || status >= 500 || status === 408) return { class: 'unknown', reason };",
    replace: "if (status === null || status >= 500 || status === 408) return { class: 'not-sent', reason };",
    danger: 'a lost answer counts as not sent, and the SMS goes out again',
  },
  {
    file: 'shared/io/sns.ts',
    find: "if (status === 429 || THROTTLED.test(name)) return { class: 'throttled', reason };",
    replace: '',
    danger: 'a throttled SMS counts as refused for good: the person is never told',
  },
  {
    file: 'shared/io/careful-agents.ts',
    find: 'unwritten.has(error)',
    replace: 'true',
    danger: 'a request that broke off half-way counts as never written',
  },
  {
    file: 'shared/io/careful-agents.ts',
    find: '>= SOCKET_IDLE_MAX_MS',
    replace: '> Number.POSITIVE_INFINITY',
    danger: 'a publish goes out on a socket that the carrier has closed meanwhile',
  },
  {
    file: 'shared/notice/delivery.ts',
    find: '{ action: 2, information: 1 }',
    replace: '{ action: 2, information: 2 }',
    danger: 'an information SMS whose answer was lost is sent a second time',
  },
  {
    file: 'shared/notice/delivery.ts',
    find: '{ action: 2, information: 1 }',
    replace: '{ action: 3, information: 1 }',
    danger: 'an action SMS is sent a third time',
  },
  {
    file: 'shared/notice/delivery.ts',
    find: 'return barred(state, slice, now) ??',
    replace: 'return barred(state, { ...slice, deadline: Number.POSITIVE_INFINITY }, now) ??',
    danger: 'the deadline is forgotten between claim and publish',
  },
  {
    file: 'shared/notice/delivery.ts',
    find: "(row.leaseUntil - machine < PUBLISH_TIMEOUT_MS ? 'lease' : null)",
    replace: 'null',
    danger: 'a worker that slept through its lease publishes what another has sent',
  },
  {
    file: 'shared/notice/delivery.ts',
    find: '  if (!open) return null;\n  const reason',
    replace: '  const reason',
    danger: 'a late FAILURE receipt overwrites DELIVERED',
  },
  {
    file: 'shared/notice/delivery.ts',
    find: "return again ? { ...next, state: 'UNKNOWN', settleBy: now } : { ...next, state: 'REJECTED' };",
    replace: "return { ...next, state: 'REJECTED' };",
    danger: 'a refusal of the second attempt hides that the first may have arrived',
  },
  {
    file: 'shared/notice/delivery.ts',
    find: "if (row.settleBy !== null && row.settleBy > now) return 'waiting';",
    replace: '',
    danger: 'an unknown SMS is sent again before its receipt could come',
  },
  {
    file: 'shared/notice/delivery.ts',
    find: "if (row.state === 'CLAIMED') return row.leaseUntil > machine ? 'in-flight' : 'lapsed';",
    replace: "if (row.state === 'CLAIMED') return 'in-flight';",
    danger: 'the claim of a dead worker is held for ever: the person is never told',
  },
  {
    file: 'shared/notice/delivery.ts',
    find: 'const fate = FATE_OF.get(row.state);',
    replace: "const fate = row.state === 'UNKNOWN' ? 'sent' : FATE_OF.get(row.state);",
    danger: 'what nobody knows is counted as sent',
  },
  {
    file: 'shared/notice/slices.ts',
    find: "if (now >= slice.deadline) return 'expired';",
    replace: '',
    danger: 'SMS go out after their deadline',
  },
  {
    file: 'shared/notice/slices.ts',
    find: "return slice.papers.some(({ from, until }) => from <= now && now < until) ? 'paper' : null;",
    replace: 'return null;',
    danger: 'phones ring during the paper',
  },
  {
    file: 'shared/notice/slices.ts',
    find: "if (state === 'stopped') return 'stopped';",
    replace: '',
    danger: 'what an officer stopped is sent on',
  },
  {
    file: 'shared/notice/slices.ts',
    find: '{one.phone} ',
    replace: '{one.id} ',
    danger: 'two people of one number get the same SMS twice',
  },
  {
    file: 'shared/notice/slices.ts',
    find: 'if (next && isOfWeather(notice)) bounds.push(next.admitFrom);',
    replace: '',
    danger: 'a reminder may reach candidates after their admission opened',
  },
  {
    file: 'shared/notice/text.ts',
    find: 'if (text.length <= max) return text;',
    replace: 'return new TextDecoder().decode(new TextEncoder().encode(text).subarray(0, max));',
    danger: 'a text is cut by bytes: at a third of its length, through a character',
  },
  {
    file: 'shared/notice/text.ts',
    find: 'const lengths = characters.map((character) => character.length);',
    replace: 'const lengths = characters.map(() => 1);',
    danger: 'an emoji counts as one unit: a text of two parts is taken for one',
  },
  {
    file: 'shared/notice/grant.ts',
    find: 'Math.max(GRANT_FLOOR, grant.rate - throttled)',
    replace: 'grant.rate',
    danger: 'a throttled account is pressed at the same rate',
  },
  {
    file: 'shared/notice/grant.ts',
    find: "broken: opens ? { why: 'outcomes' } : null,",
    replace: 'broken: null,',
    danger: 'a carrier that refuses everything is fed the whole audience',
  },
  {
    file: 'shared/stages/send.ts',
    find: 'const now = await noticeOf(ports, job.item.pk, job.item.sk);',
    replace: 'const now = job.item;',
    danger: 'a stop takes effect only when the slice is through',
  },
  {
    file: 'shared/stages/pace.ts',
    find: 'clock.machine() - slot > SLOT_LATE_MAX_MS',
    replace: 'clock.machine() < slot',
    danger: 'what a stall held up goes out in a burst, faster than the carrier grants',
  },
  {
    file: 'shared/stages/send.ts',
    find: 'if (slice && slice.leaseUntil > clock.machine()) continue;',
    replace: '',
    danger: 'two senders work on one slice',
  },
  {
    file: 'shared/stages/errands.ts',
    find: "if (standing(row, item.notice.class, false, at) !== 'open') return false;",
    replace: "if (row?.state === 'DELIVERED') return false;",
    danger: 'a slice taken up again tells those who were told',
  },
  {
    file: 'shared/stages/errands.ts',
    find: 'const numbers = await numbersTold(ports, job.item.pk, before);',
    replace: 'const numbers = await numbersInRoster(ports, job, before);',
    danger: 'an all-clear goes to the number of today, not to the one that was told',
  },
  {
    file: 'shared/stages/settle.ts',
    find: "else await store.putIfAbsent('deliveries', over);",
    replace: "else await store.put('deliveries', over);",
    danger: 'a late close overwrites a claim: told people are counted as expired',
  },
  {
    file: 'shared/stages/settle.ts',
    find: "if ((await store.byIndex('deliveries', receipt.messageId)).length > 0) continue;",
    replace: '',
    danger: 'a receipt of another SMS settles an unknown one',
  },
  {
    file: 'shared/stages/settle.ts',
    find: "if (places.some(({ stand }) => stand !== 'settled')) return null;",
    replace: '',
    danger: 'a notice closes while SMS are in flight',
  },
  {
    file: 'shared/stages/settle.ts',
    find: 'if (item.frozenAt === null) return null;',
    replace: '',
    danger: 'a notice closes before its audience is frozen: nobody is told',
  },
  {
    file: 'shared/stages/freeze.ts',
    find: 'const left = page.filter((one) => !placed.has(one.id));',
    replace: 'const left = page;',
    danger: 'an audience frozen again after a crash stands in two slices',
  },
  {
    file: 'shared/stages/freeze.ts',
    find: 'const audienceOf = await addresseesOf(ports, exam, item);',
    replace: 'const audienceOf = await addresseesOf(ports, exam, { ...item, rosterVersion });',
    danger: 'an audience is derived from the roster of today, not from the one it was frozen from',
  },
  {
    file: 'shared/stages/freeze.ts',
    find: ' &&\n        !dropped.has(person.personId);',
    replace: ';',
    danger: 'who was told already is told again when the roster grows',
  },
  {
    file: 'shared/stages/freeze.ts',
    find: "if (!item || item.closed !== null || item.state === 'stopped') continue;",
    replace: 'if (!item || item.closed !== null) continue;',
    danger: 'people of a stopped notice count as told',
  },
  {
    file: 'shared/stages/notices.ts',
    find: "isSendState(said) && item.state !== 'stopped' ? said",
    replace: 'isSendState(said) ? said',
    danger: 'a stopped notice is resumed by a late projection',
  },
  {
    file: 'shared/notice/notice.ts',
    find: "export const TOLD_STATES: readonly DeliveryState[] = ['SENT', 'DELIVERED', 'UNKNOWN'];",
    replace:
      "export const TOLD_STATES: readonly DeliveryState[] = ['SENT', 'DELIVERED', 'UNKNOWN', 'REJECTED'];",
    danger: 'an all-clear goes to somebody who was never told',
  },
  {
    file: 'shared/stages/receive.ts',
    find: 'if (rows.length === 0) await park(ports, receipt);',
    replace: '',
    danger: 'a receipt that is faster than the record is lost',
  },
  {
    file: 'shared/warning/bytes.ts',
    find: "return text.trim() === '' ? { ok: false, reason: 'empty' } : { ok: true, value: text };",
    replace: "return { ok: true, value: text.trim() === '' ? '[]' : text };",
    danger: 'an empty body is taken for an empty list: everything lapses',
  },
  {
    file: 'shared/warning/bytes.ts',
    find: "return text.ok && looksLikeHtml(text.value) ? { ok: false, reason: 'html' } : text;",
    replace: "return text.ok && looksLikeHtml(text.value) ? { ok: true, value: '[]' } : text;",
    danger: "a firewall's page is taken for an empty list",
  },
  {
    file: 'shared/warning/xml.ts',
    find: 'const fault = faultIn(text);',
    replace: 'const fault = null as Broken | null;',
    danger: 'a feed that was cut off is read as if it were whole',
  },
  {
    file: 'shared/warning/xml.ts',
    find: 'parseTagValue: false,',
    replace: 'parseTagValue: true,',
    danger: '11E02 is read as 1100, and leading zeros are dropped',
  },
  {
    file: 'shared/warning/level.ts',
    find: 'known.reduce(higher)',
    replace: 'known.reduce((a, b) => (higher(a, b) === a ? b : a))',
    danger: 'of two colours in one message the lower counts',
  },
  {
    file: 'shared/warning/warning.ts',
    find: "if (level === 'unknown') return 2;",
    replace: "if (level === 'unknown') return 0;",
    danger: 'a warning whose colour cannot be read counts as none',
  },
  {
    file: 'shared/warning/compose.ts',
    find: "const ended = read.action === 'cancel';",
    replace: 'const ended = false as boolean;',
    danger: 'a 解除 that stands in the headline alone is taken for a warning',
  },
  {
    file: 'shared/warning/compose.ts',
    find: 'if (said === undefined) return null;',
    replace: 'return null;',
    danger: 'a drill that only its words call one starts the plan',
  },
  {
    file: 'shared/warning/thread.ts',
    find: ".filter((each) => each.warning.status === 'actual')",
    replace: '',
    danger: 'an exercise joins the thread of a storm, and ends it',
  },
  {
    file: 'shared/warning/thread.ts',
    find: "if (current.warning.action === 'cancel') return 'cancelled';",
    replace: '',
    danger: 'a cancel is ignored: msgType means nothing',
  },
  {
    file: 'shared/warning/thread.ts',
    find: "return blind ? 'held' : 'expired';",
    replace: "return 'expired';",
    danger: 'a warning runs out while nobody can see whether it was renewed',
  },
  {
    file: 'shared/warning/health.ts',
    find: 'export const LAPSE_SPAN_MS = 5 * MINUTE;',
    replace: 'export const LAPSE_SPAN_MS = 0 * MINUTE;',
    danger: 'one reading without a warning ends it',
  },
  {
    file: 'shared/warning/health.ts',
    find: 'if (!complete) return { ...withListed(next, listed), complete };',
    replace: '',
    danger: 'a warning whose entry could not be read is taken for gone',
  },
  {
    file: 'shared/warning/health.ts',
    find: "if (record.brokenReason !== null) return 'broken';",
    replace: '',
    danger: 'a feed that answers with rubbish counts as one that sees',
  },
  {
    file: 'shared/warning/record.ts',
    find: "if (warning.action === 'cancel' && other.action !== 'cancel') warning.action = other.action;",
    replace: '',
    danger: 'one feed of several says cancel, and it is believed',
  },
  {
    file: 'shared/warning/reach.ts',
    find: '!territory.excludes.some((other) => contains(other, area.adcode!))',
    replace: 'true',
    danger: "a warning for another office's county starts the plan",
  },
  {
    file: 'shared/warning/reach.ts',
    find: 'area.circles.some((circle) => distanceKm(circle, place) <= circle.km)',
    replace: 'false',
    danger: 'a warning drawn as a circle reaches nobody',
  },
  {
    file: 'shared/stages/warnings.ts',
    find: 'was.revision === item.revision && ',
    replace: '',
    danger: 'what a feed says anew of a warning that is known is never looked at',
  },
  {
    file: 'shared/stages/poll.ts',
    find: 'const taken = await take(ports, record, answer, now);',
    replace:
      "if (answer.kind === 'body') await saveFeed(ports.store, { ...record, etag: answer.etag, parserVersion: PARSER_VERSION });\n  const taken = await take(ports, record, answer, now);",
    danger: 'the ETag is saved before the answer is understood: after a crash it is never read',
  },
  {
    file: 'shared/stages/poll.ts',
    find: "if (first.state === 'broken') return bad(first.reason ?? 'unreadable');",
    replace: '',
    danger: 'a broken answer counts as a good one',
  },
  {
    file: 'shared/stages/poll.ts',
    find: 'if (documents.failed !== null) {',
    replace: 'if (documents.failed === undefined) {',
    danger: 'an index counts as seen while nothing that it points to can be had',
  },
  {
    file: 'shared/activation/situation.ts',
    find: "plan.issuers.national === 'attach'",
    replace: "plan.issuers.national === 'start'",
    danger: 'a warning of the national office starts a plan of the city',
  },
  {
    file: 'shared/activation/situation.ts',
    find: "exclusion = inWindow ? 'below-threshold' : 'outside-window';",
    replace: "exclusion = inWindow ? null : 'outside-window';",
    danger: 'every blue warning a week ahead starts the plan',
  },
  {
    file: 'shared/activation/hold.ts',
    find: "if (level === 'red') return null;",
    replace: "if (level === 'red' || level === 'yellow') return null;",
    danger: 'phones ring at night for a yellow warning',
  },
  {
    file: 'shared/activation/hold.ts',
    find: 'return vouched && contained && plausible ? null : ',
    replace: 'return vouched && contained ? null : ',
    danger: 'a warning with an impossible time of issue is told without an officer',
  },
  {
    file: 'shared/activation/hold.ts',
    find: 'rules.togetherMinutes * MINUTE',
    replace: '0 * MINUTE',
    danger: 'signals issued together are told one by one',
  },
  {
    file: 'shared/activation/all-clear.ts',
    find: 'if (released.some((record) => !isSettled(record))) return null;',
    replace: '',
    danger: 'the all-clear overtakes the reminders that are still being sent',
  },
  {
    file: 'shared/activation/state.ts',
    find: 'return isSettled(record) && !awaitsCalls && ',
    replace: 'return isSettled(record) && ',
    danger: 'people whom a notice did not reach are forgotten before anybody is asked to call them',
  },
  {
    file: 'shared/activation/decide.ts',
    find: 'for (const site of sitesByHome(draft, each)) concerned.add(site);',
    replace: '',
    danger: 'an all-clear is given to candidates whose home county is still under warning',
  },
  {
    file: 'shared/activation/cells.ts',
    find: 'if (stoppedAt !== null || draft.stopped.has(notice.no)) continue;',
    replace: '',
    danger: 'candidates of a stopped reminder count as told, and are never told',
  },
  {
    file: 'shared/activation/candidates.ts',
    find: 'return rank(over.level) > (told.ranks.get(key) ?? 0) && !wasRefused(told, cell, over);',
    replace: 'return true;',
    danger: 'the same level is told every minute',
  },
  {
    file: 'shared/activation/candidates.ts',
    find: "if (audience.cells.some((cell) => cells.has(cellKey(cell)))) stopNotice(draft, no, 'raised');",
    replace: '',
    danger: 'after a raise the old reminder goes on being sent',
  },
  {
    file: 'shared/activation/acts.ts',
    find: "if (activation.level !== null) return { refused: 'a warning is in force' };",
    replace: '',
    danger: 'an activation is ended while a warning is in force',
  },
  {
    file: 'shared/activation/acts.ts',
    find: '  end: MAY_END,',
    replace: '  end: STAFF,',
    danger: 'anybody may end an activation',
  },
  {
    file: 'shared/activation/seal.ts',
    find: "if (event.at < at) return { seq: sealed.seq, why: 'time ran backwards' };",
    replace: '',
    danger: 'a record whose time ran backwards is accepted',
  },
  {
    file: 'shared/activation/seal.ts',
    find: '!== sealed.hash)',
    replace: '!== sealed.hash && (false as boolean))',
    danger: 'a changed record is accepted',
  },
  {
    file: 'shared/activation/seal.ts',
    find: 'if (sealed.before !== hash)',
    replace: 'if (false as boolean)',
    danger: 'an event cut out of the record is not missed',
  },
  {
    file: 'shared/stages/chain.ts',
    find: 'return Math.max(clock.now(), state.at);',
    replace: 'return clock.now();',
    danger: 'a clock that steps back dates an event before the one it follows',
  },
  {
    file: 'shared/stages/chain.ts',
    find: "(await store.putIfAbsent('chain', item))",
    replace: "(await store.put('chain', item), true)",
    danger: 'two deciders overwrite each other in the record',
  },
  {
    file: 'shared/stages/record.ts',
    find: 'if (byNumber.get(sealed.seq) !== sealed.hash)',
    replace: 'if (false as boolean)',
    danger: 'a record rewritten whole agrees with no sealed copy, and nobody sees',
  },
  {
    file: 'shared/io/addresses.ts',
    find: "return !refused.check(address, 'ipv4');",
    replace: 'return true;',
    danger: 'a feed may make us fetch from inside: the metadata service hands out credentials',
  },
  {
    file: 'shared/stages/grant.ts',
    find: 'span = next.span.startAt < until ? next.span : null;',
    replace: 'span = next.span;',
    danger: 'senders take spans that they cannot use: with the breaker open they starve each other for ever',
  },
  {
    file: 'shared/activation/cells.ts',
    find: ' && !counts?.expired',
    replace: '',
    danger: 'a reminder that reached nobody in time counts as told',
  },
  {
    file: 'shared/activation/draft.ts',
    find: ' || (each.alongCoast && !plan.coastalCounties.includes(home))',
    replace: '',
    danger: "a province's warning of its coast is told to people who live inland",
  },
  {
    file: 'shared/activation/draft.ts',
    find: 'return [...each.sites.keys(), ...sitesByHome(draft, each)];',
    replace: 'return [...each.sites.keys()];',
    danger: 'whoever was told for a home county alone never hears of the end',
  },
  {
    file: 'shared/stages/deciding.ts',
    find: 'if (state.seq > seen.seq) return null;',
    replace: '',
    danger: 'a slow process takes back, on older readings, what another has just decided',
  },
  {
    file: 'shared/warning/spelling.ts',
    find: 'Object.hasOwn(table, word) ? table[word] : undefined',
    replace: 'table[word]',
    danger: 'a message type of __proto__ counts as one that is known',
  },
];

/** The text of the file with the change made; throws unless it can be made at exactly one place. */
export function sabotaged({ file, find, replace }: Sabotage, text: string): string {
  const places = text.split(find).length - 1;
  if (places !== 1) throw new Error(`${file} has ${places} places, not one, that read: ${find}`);
  return text.replace(find, () => replace);
}
