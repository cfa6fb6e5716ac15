/**
 * SMS through Amazon SNS. `Publish` to a phone number has no idempotency token, so it is sent once and never by
 * the SDK again, and every failure is told apart by one question: can the request have reached the carrier?
 */
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { PUBLISH_TIMEOUT_MS } from '../limits.ts';
import { awsError, reasonOf } from './aws-error.ts';
import { carefulAgents } from './careful-agents.ts';
import { unlogged } from './clients.ts';
import type { Carrier, PublishOutcome } from './ports.ts';

export interface SnsOptions {
  timeoutMs?: number;
  connectTimeoutMs?: number;
}

/** The client is its own: no other call may have these timeouts, this one attempt and these agents. */
export function snsCarrier(options: SnsOptions = {}): Carrier {
  const { timeoutMs = PUBLISH_TIMEOUT_MS } = options;
  const { httpAgent, httpsAgent, dropIdle, neverWritten } = carefulAgents(options.connectTimeoutMs);
  const client = unlogged(
    new SNSClient({
      maxAttempts: 1,
      requestHandler: {
        httpAgent,
        httpsAgent,
        requestTimeout: timeoutMs,
        throwOnRequestTimeout: true,
      },
    }),
  );
  const attributes = { 'AWS.SNS.SMS.SMSType': { DataType: 'String', StringValue: 'Transactional' } };

  return {
    async publish(to, text) {
      dropIdle();
      const command = new PublishCommand({ PhoneNumber: to, Message: text, MessageAttributes: attributes });
      try {
        // The handler's time limit ends with the answer's head; the signal bounds its body too.
        const { MessageId } = await client.send(command, {
          abortSignal: AbortSignal.timeout(timeoutMs),
        });
        return MessageId
          ? { class: 'accepted', messageId: MessageId }
          : { class: 'unknown', reason: 'NoMessageId' };
      } catch (error) {
        return outcomeOf(error, neverWritten(error));
      }
    },
  };
}

/** Codes with which SNS says "not now". */
const THROTTLED = /^(Throttl|TooManyRequests|RequestLimitExceeded|RequestThrottled)/;

/** A definite no that is about this process's credentials or clock, not about the SMS: another try may pass. */
const NOT_ABOUT_THE_SMS = /^(ExpiredToken|RequestExpired|RequestTimeTooSkewed|CredentialsProviderError)/;

/** The class of a failed publish. `neverWritten`: no byte of the request left this machine. */
export function outcomeOf(error: unknown, neverWritten: boolean): PublishOutcome {
  const known = awsError(error);
  const { name, status } = known;
  const reason = reasonOf(known);
  if (neverWritten || NOT_ABOUT_THE_SMS.test(name)) return { class: 'not-sent', reason };
  if (status === null || status >= 500 || status === 408) return { class: 'unknown', reason };
  if (status === 429 || THROTTLED.test(name)) return { class: 'throttled', reason };
  if (status >= 400) return { class: 'refused', reason };
  return { class: 'unknown', reason };
}
