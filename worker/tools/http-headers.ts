/**
 * The headers of a tool's requests, with a secret in the place of each `${NAME}`. Throws an error that says what is
 * wrong with which header, and never a value.
 */
export function httpHeaders(declared: Record<string, string>, secrets: Record<string, string>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(declared)) {
    if (/^(host|content-length|connection|transfer-encoding)$/i.test(name)) {
      throw new Error(`the header ${name} is set by the connection itself; leave it out`);
    }
    append(headers, name, withSecrets(name, value, secrets));
  }
  return headers;
}

const withSecrets = (header: string, value: string, secrets: Record<string, string>): string =>
  value.replace(/\$\{([^}]*)\}/g, (_, name: string) => {
    const secret = Object.hasOwn(secrets, name) ? secrets[name] : undefined;
    if (secret) return secret;
    throw new Error(`the header ${header} needs the secret ${name}, which is not set; set it, or leave the header out`);
  });

/** The platform's own error repeats the value. */
function append(headers: Headers, name: string, value: string): void {
  try {
    headers.append(name, value);
  } catch {
    throw new Error(`the header ${name} has a name or a value that HTTP does not allow`);
  }
}
