/** What a page is called, and whether it has a form to send to us; it never has a script. */
type PageHead = { title: string; status?: number; sends?: "form" | "nothing" };

/** A page for a person, in the light or dark that they like. `content` is HTML: what is not ours in it is escaped. */
export const htmlPage = ({ title, status = 200, sends = "nothing" }: PageHead, content: string): Response =>
  new Response(document(title, content), {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": [
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        `form-action ${sends === "form" ? "'self'" : "'none'"}`,
      ].join("; "),
    },
  });

const document = (title: string, content: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; }
  main { padding: 2rem; max-width: 32rem; }
  h1 { margin: 0 0 .5rem; }
  dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; }
  dt { opacity: .7; }
  dd { margin: 0; }
  input, button { font: inherit; }
</style>
<main>
  ${content}
</main>
</html>
`;

export const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
