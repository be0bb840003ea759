/**
 * Whether a host, as `URL.hostname` writes it, is one of the public internet: no private, loopback, link-local, shared
 * (CGNAT), documentation, multicast or unspecified address, and no name that only a private network knows. The URL
 * parser has by then turned every spelling of an IPv4 address (decimal, octal, hexadecimal, short) into four numbers.
 */
export function isPublicHost(hostname: string): boolean {
  if (hostname.startsWith("[")) return isPublicIpv6(hostname.slice(1, -1));
  const bytes = ipv4Bytes(hostname);
  return bytes ? isPublicIpv4(bytes) : isPublicName(hostname.replace(/\.+$/, "").toLowerCase());
}

/** Whether a host is this very machine. */
export const isLoopback = (hostname: string): boolean =>
  hostname === "localhost" || hostname === "[::1]" || ipv4Bytes(hostname)?.[0] === 127;

const privateNames = ["localhost", "localdomain", "local", "internal", "intranet", "lan", "home.arpa"];

/** A name without a dot is searched for in the local domain. */
const isPublicName = (name: string): boolean =>
  name.includes(".") && !privateNames.some((suffix) => `.${name}`.endsWith(`.${suffix}`));

function ipv4Bytes(hostname: string): number[] | undefined {
  return /^\d+\.\d+\.\d+\.\d+$/.test(hostname) ? hostname.split(".").map(Number) : undefined;
}

/** IANA's special-purpose IPv4 blocks that a public service cannot have, as address and prefix length. */
const specialIpv4: [string, number][] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  // Multicast, and everything after it: reserved, broadcast.
  ["224.0.0.0", 3],
];

const isPublicIpv4 = (bytes: number[]): boolean =>
  !specialIpv4.some(([address, length]) => startsAlike(bytes, ipv4Bytes(address) ?? [], length));

/**
 * Global unicast is 2000::/3; so IPv4-mapped, NAT64, unique-local, link-local and multicast addresses are none. Of it,
 * 2001::/23 (Teredo, protocols), 2002::/16 (6to4) and two blocks for documentation lead elsewhere or nowhere.
 */
function isPublicIpv6(address: string): boolean {
  const [first = 0, second = 0] = firstGroups(address);
  if (first < 0x2000 || first > 0x3fff || first === 0x2002 || first === 0x3fff) return false;
  return first !== 0x2001 || (second >= 0x200 && second !== 0xdb8);
}

/** The groups before the `::`, if there is one: those left out are 0. */
const firstGroups = (address: string): number[] =>
  (address.split("::")[0] ?? "").split(":").map((group) => Number.parseInt(group || "0", 16));

/** Whether two addresses agree in their first `length` bits. */
const startsAlike = (bytes: number[], others: number[], length: number): boolean =>
  number(bytes) >>> (32 - length) === number(others) >>> (32 - length);

const number = (bytes: number[]): number => bytes.reduce((sum, byte) => sum * 256 + byte, 0);
