/** The fold of a chain, event by event: effects are applied, never worked out again. */
import { isOfWeather, type Notice } from '../notice/notice.ts';
import { assert } from '../outcome.ts';
import { type Cell, type Census, cellKey, type Post } from '../plan/exam.ts';
import { iso, pad } from '../time.ts';
import { rank } from '../warning/warning.ts';
import type { ChainEvent, Effect, TaskPlace } from './events.ts';
import {
  type Activation,
  type Assignment,
  assignment,
  DISTRICT,
  type Incoming,
  isFinished,
  isOpen,
  JOINING,
  lastActivation,
  type NoticeRecord,
  openActivation,
  placeKey,
  preparationId,
  type State,
  spanAfter,
  type Task,
  taskId,
} from './state.ts';

/** Applies one committed event in place: the state belongs to one reader, who never applies an uncommitted one. */
export function apply(state: State, event: ChainEvent, hash: string): void {
  assert(event.seq === state.seq + 1, `event ${event.seq} cannot follow ${state.seq} in ${state.chain}`);
  for (const effect of event.effects) applyEffect(state, effect, event);
  state.seq = event.seq;
  state.hash = hash;
  state.at = event.at;
}

function applyEffect(state: State, effect: Effect, { at, by, seq }: ChainEvent): void {
  switch (effect.kind) {
    case 'adopted':
      if (effect.what === 'exam') state.examVersion = effect.version;
      else state.planVersion = effect.version;
      return;
    case 'roster-part':
      state.incoming = partsWith(state, effect.census, effect.added);
      return;
    case 'roster-adopted': {
      const { census, added } = partsWith(state, effect.census, effect.added);
      state.census = census;
      state.incoming = null;
      for (const cell of added) state.cellsAdded.set(cellKey(cell), at);
      return;
    }
    case 'opened':
      state.activations.push({
        id: effect.activationId,
        openedAt: at,
        by: effect.by ?? null,
        endedAt: null,
        versions: effect.versions,
        level: null,
        levels: [],
        warnings: new Set(),
        tasks: new Map(),
        rounds: [],
      });
      return;
    case 'ended':
      current(state).endedAt = at;
      return;
    case 'reason':
      applyReason(state, effect, at);
      return;
    case 'site-levels':
      for (const [site, level] of Object.entries(effect.sites)) {
        state.spans.set(
          site,
          spanAfter(state, site, state.siteLevels.get(site)?.level ?? null, level.level, at),
        );
        state.siteLevels.set(site, level);
        if (level.level === null) state.staffTold.delete(site);
      }
      return;
    case 'activation-level': {
      const activation = current(state);
      state.spans.set(DISTRICT, spanAfter(state, DISTRICT, activation.level, effect.level, at));
      activation.level = effect.level;
      activation.levels.push({ at, level: effect.level });
      state.lastCalmAt = effect.level === null ? at : null;
      return;
    }
    case 'preparations-opened':
      for (const place of effect.places) {
        const id = preparationId(effect.item, effect.post, place.site);
        state.preparations.set(id, { ...opened(state, effect, place, id, at), item: effect.item });
      }
      return;
    case 'tasks-opened':
    case 'tasks-due':
    case 'tasks-pressed':
    case 'task-state':
      applyTask(state, effect, at);
      return;
    case 'notice':
    case 'notice-held':
    case 'notice-released':
    case 'notice-paused':
    case 'notice-resumed':
    case 'notice-stopped':
    case 'notice-closed':
    case 'notice-recounted':
      applyNotice(state, effect, at);
      return;
    case 'carrier-broken':
      state.brokenAt = at;
      return;
    case 'carrier-healed':
      state.brokenAt = null;
      return;
    case 'unreached': {
      const record = recordOf(state, effect.no);
      record.listed = effect.people;
      track(state, record);
      return;
    }
    case 'called':
      recordOf(state, effect.no).calls.set(effect.person, { at, outcome: effect.outcome });
      return;
    case 'follow-up': {
      const record = recordOf(state, effect.of);
      record.followUps.push({ ...effect.followUp, no: null });
      track(state, record);
      return;
    }
    case 'feed-silent':
      state.silentFeeds.set(effect.feed, effect.since);
      return;
    case 'feed-healed':
      state.silentFeeds.delete(effect.feed);
      state.healedAt.set(effect.feed, at);
      return;
    case 'warning-word': {
      const { warningId, fields } = effect;
      state.words.push({ key: `${state.chain}/${pad(seq, 8)}`, warningId, word: { by, at, fields } });
      return;
    }
    case 'document':
      state.documents.set(effect.document.id, effect.document);
      return;
    case 'matter-opened':
      state.matters.set(effect.matter.id, { ...effect.matter });
      return;
    case 'matter-closed':
      state.matters.get(effect.id)!.closedAt = at;
      return;
    case 'consent':
      state.consents.set(effect.consent.id, effect.consent);
      return;
    case 'finding':
      state.findings.push({ at, code: effect.code, params: effect.params });
      return;
  }
}

/** A part of a census, after the parts of its version that came before. */
function partsWith({ incoming }: State, part: Census, added: Cell[]): Incoming {
  if (incoming?.census.version !== part.version) return { census: part, added, parts: 1 };
  const { version, cells, posts } = incoming.census;
  return {
    census: { ...part, version, cells: [...cells, ...part.cells], posts: { ...posts, ...part.posts } },
    added: [...incoming.added, ...added],
    parts: incoming.parts + 1,
  };
}

function applyReason(state: State, effect: Extract<Effect, { kind: 'reason' }>, at: number): void {
  const { warningId, reason, activationId } = effect;
  state.decisions.push({ ...effect, at });
  if (warningId === null) return;
  state.reasons.set(warningId, reason);
  const activation = openActivation(state);
  if (!activation) return;
  const joins = JOINING.has(reason) || (reason === 'cancel' && activationId !== null);
  if (joins) activation.warnings.add(warningId);
}

function applyTask(state: State, effect: Extract<Effect, { kind: `task${string}` }>, at: number): void {
  const named = (id: string): Assignment => {
    const found = assignment(state, id);
    assert(found, `no task ${id}`);
    return found;
  };
  switch (effect.kind) {
    case 'task-state': {
      const task = named(effect.taskId);
      if (effect.state === 'overdue') task.overdueAt = at;
      if (effect.state === 'withdrawn') task.withdrawnAt = at;
      if (effect.state === 'acknowledged' || effect.state === 'done') task.acknowledgedAt ??= at;
      if (effect.state === 'done') task.doneAt = at;
      return;
    }
    case 'tasks-pressed':
      for (const task of effect.tasks.map(named)) {
        (effect.climbs ? task.escalated : task.reminded).push(effect.to);
        if (effect.climbs) task.escalatedAt = at;
      }
      return;
    case 'tasks-due': {
      const { id: activationId, tasks } = latest(state);
      for (const site of effect.sites) {
        const task = tasks.get(taskId(activationId, effect.step, effect.post, site));
        assert(task, `no task ${effect.step} ${effect.post} ${site}`);
        task.givenAt = at;
        task.reminded = [];
        task.dueAt = effect.dueAt;
        task.level = effect.level;
      }
      return;
    }
    case 'tasks-opened': {
      const { id: activationId, tasks, rounds } = latest(state);
      const { step, post, level, title } = effect;
      const titled = title === undefined ? {} : { title };
      for (const place of effect.places) {
        const id = taskId(activationId, step, post, place.site);
        const before = tasks.get(id);
        if (before && effect.struck) rounds.push(closedRound(before, at));
        tasks.set(id, { ...opened(state, effect, place, id, at), step, level, ...titled });
      }
    }
  }
}

/** What was just handed to a post at a place. */
function opened(
  state: State,
  { clause, post, dueAt }: { clause: string; post: Post; dueAt: number },
  { site, code }: TaskPlace,
  id: string,
  at: number,
): Assignment {
  state.lastCode = Math.max(state.lastCode, Number(code));
  return {
    id,
    clause,
    siteId: site,
    post,
    code,
    openedAt: at,
    givenAt: at,
    dueAt,
    reminded: [],
    escalated: [],
    escalatedAt: null,
    acknowledgedAt: null,
    doneAt: null,
    overdueAt: null,
    withdrawnAt: null,
  };
}

/** A round of a step's clock keeps its own id and times; what was not done by then stays late. */
function closedRound(task: Task, at: number): Task {
  return {
    ...task,
    id: `${task.id}@${iso(task.openedAt)}`,
    overdueAt: isOpen(task) ? (task.overdueAt ?? at) : task.overdueAt,
  };
}

function applyNotice(state: State, effect: Extract<Effect, { kind: `notice${string}` }>, at: number): void {
  if (effect.kind === 'notice') {
    const { notice, hold } = effect;
    state.lastCode = Math.max(state.lastCode, Number(notice.slots.码 ?? 0));
    const record: NoticeRecord = {
      notice,
      state: hold ? 'held' : 'sending',
      hold,
      releasedAt: hold ? null : at,
      stoppedAt: null,
      stoppedFor: null,
      counts: null,
      listed: 0,
      calls: new Map(),
      followUps: [],
    };
    state.notices.set(notice.no, record);
    track(state, record);
    if (notice.audience.who === 'of') {
      const followed = recordOf(state, notice.audience.notice);
      const answered = followed.followUps.find((each) => each.no === null);
      if (answered) answered.no = notice.no;
      track(state, followed);
    }
    if (isOfWeather(notice) && notice.audience.who === 'candidates') {
      const { siteId } = notice.audience;
      for (const told of [state.toldAt, state.everToldAt]) {
        const numbers = told.get(siteId);
        if (numbers) numbers.push(notice.no);
        else told.set(siteId, [notice.no]);
      }
    }
    if (!hold) goOut(state, notice);
    press(state, notice, at);
    return;
  }
  const record = recordOf(state, effect.no);
  switch (effect.kind) {
    case 'notice-held':
      record.hold = effect.hold;
      break;
    case 'notice-released':
      record.state = 'sending';
      record.hold = null;
      record.releasedAt = at;
      record.notice = {
        ...record.notice,
        deadline: effect.deadline,
        approvedBy: effect.approvedBy ?? record.notice.approvedBy,
      };
      goOut(state, record.notice);
      break;
    case 'notice-paused':
      record.state = 'paused';
      break;
    case 'notice-resumed':
      record.state = 'sending';
      break;
    case 'notice-stopped':
      record.state = 'stopped';
      record.stoppedAt = at;
      record.stoppedFor = effect.why;
      break;
    case 'notice-closed':
      if (record.stoppedAt === null) record.state = 'closed';
      record.counts = effect.counts;
      break;
    case 'notice-recounted':
      record.counts = effect.counts;
      break;
  }
  track(state, record);
}

/** Keeps at hand what is not finished. */
function track({ unfinished }: State, record: NoticeRecord): void {
  if (isFinished(record)) unfinished.delete(record.notice.no);
  else unfinished.set(record.notice.no, record);
}

function recordOf(state: State, no: string): NoticeRecord {
  const record = state.notices.get(no);
  assert(record, `no notice ${no}`);
  return record;
}

/** An all-clear resets what was told at its site. */
function goOut(state: State, { kind, audience, level }: Notice): void {
  if (kind === 'all-clear' && audience.who === 'told') state.toldAt.delete(audience.siteId);
  if (kind !== 'staff-reminder' || audience.who !== 'posts') return;
  for (const site of audience.sites ?? []) {
    state.staffTold.set(site, Math.max(state.staffTold.get(site) ?? 0, rank(level)));
  }
}

function press(state: State, { kind, audience }: Notice, at: number): void {
  if ((kind !== 'task-reminder' && kind !== 'escalation') || audience.who !== 'posts') return;
  for (const post of audience.posts)
    for (const site of audience.sites ?? [null]) state.pressedAt.set(placeKey(post, site), at);
}

function latest(state: State): Activation {
  const activation = lastActivation(state);
  assert(activation, `no activation in ${state.chain}`);
  return activation;
}

function current(state: State): Activation {
  const activation = openActivation(state);
  assert(activation, `no open activation in ${state.chain}`);
  return activation;
}
