/** Which addresses a feed may be fetched from: only those of the public internet, checked where the socket opens. */
import { type LookupOptions, lookup } from 'node:dns';
import { BlockList, isIP, isIPv4, type LookupFunction } from 'node:net';

/** Special-purpose IPv4 (RFC 6890 and successors): private, shared, loopback, link-local with the metadata service. */
const V4_REFUSED = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];

/** All of public IPv6 lies in 2000::/3; inside it these carry or hide other addresses. */
const V6_PUBLIC = '2000::/3';
const V6_REFUSED = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const refused = new BlockList();
const publicV6 = new BlockList();
for (const range of V4_REFUSED) addRange(refused, range, 'ipv4');
for (const range of V6_REFUSED) addRange(refused, range, 'ipv6');
addRange(publicV6, V6_PUBLIC, 'ipv6');

function addRange(list: BlockList, range: string, family: 'ipv4' | 'ipv6'): void {
  const [network = '', bits] = range.split('/');
  list.addSubnet(network, Number(bits), family);
}

/** Whether `address` is a literal address of the public internet. */
export function isPublic(address: string): boolean {
  if (isIP(address) === 0) return false;
  if (isIPv4(address)) return !refused.check(address, 'ipv4');
  return publicV6.check(address, 'ipv6') && !refused.check(address, 'ipv6');
}

/** A name look-up that fails with `ForbiddenAddress` when any of a name's addresses is not public. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...(options as LookupOptions), all: true }, (error, addresses) => {
    if (error) return callback(error, []);
    if (addresses.length === 0 || !addresses.every(({ address }) => isPublic(address))) {
      return callback(Object.assign(new Error('address not public'), { code: 'ForbiddenAddress' }), []);
    }
    if (options.all) return callback(null, addresses);
    callback(null, addresses[0]!.address, addresses[0]!.family);
  });
};
