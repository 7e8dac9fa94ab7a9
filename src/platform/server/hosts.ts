// Under which names this server may be called: a page of the internet must not reach it through a name that resolves here.
import { isIPv4, isIPv6 } from 'node:net';
import type { Config } from './config.ts';

/** RFC 1918, loopback, link-local, carrier-grade NAT (RFC 6598); for IPv6 loopback, unique local and link-local. */
export function isPrivateAddress(address: string): boolean {
  if (isIPv4(address)) {
    const [a = 0, b = 0] = address.split('.').map(Number);
    return (
      a === 127 ||
      a === 10 ||
      (a === 192 && b === 168) ||
      (a === 172 && b >= 16 && b <= 31) ||
      (a === 169 && b === 254) ||
      (a === 100 && b >= 64 && b <= 127)
    );
  }
  if (!isIPv6(address)) return false;
  const low = address.toLowerCase();
  if (low.startsWith('::ffff:')) return isPrivateAddress(low.slice(7));
  return low === '::1' || /^f[cd]/.test(low) || /^fe[89ab]/.test(low);
}

/** The name in a Host header without its port; null when the header is not one. */
export function hostName(header: string | undefined): string | null {
  if (!header || header.length > 255) return null;
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?$/.exec(header);
  return match ? (match[1] ?? match[2] ?? '').toLowerCase() : null;
}

/** Known names: localhost, `.local`, private addresses, what the settings name. */
export function isKnownHost(
  header: string | undefined,
  config: Pick<Config, 'knownHosts' | 'publicUrl' | 'host'>,
): boolean {
  const name = hostName(header);
  if (!name) return false;
  if (name === 'localhost' || name.endsWith('.localhost') || name.endsWith('.local') || isPrivateAddress(name))
    return true;
  if (config.knownHosts.some((known) => known.toLowerCase() === name) || config.host.toLowerCase() === name)
    return true;
  return config.publicUrl !== undefined && new URL(config.publicUrl).hostname.toLowerCase() === name;
}
