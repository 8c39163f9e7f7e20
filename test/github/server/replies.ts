/** Parts of the loopback GitHub's answers: errors, pages, people. */

export type Reply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
};

/** An error as GitHub words it. */
export function refuse(status: number, message: string): Reply {
  const documentation_url = 'https://docs.github.com/rest';
  const body = { message, documentation_url, status: String(status) };
  if (status !== 422) return { status, headers: {}, body };
  const errors = [{ resource: 'IssueComment', code: 'unprocessable', field: 'data', message }];
  return { status, headers: {}, body: { message: 'Validation Failed', documentation_url, errors } };
}

/** 30 a page unless asked, 100 at most, and where the next page is in a `Link` header. */
export function page(all: readonly unknown[], query: URLSearchParams, url: string): Reply {
  const size = Math.min(100, Number(query.get('per_page') ?? 30));
  const number = Number(query.get('page') ?? 1);
  const last = Math.max(1, Math.ceil(all.length / size));
  const link = (target: number, relation: string) =>
    `<${url}?per_page=${size}&page=${target}>; rel="${relation}"`;
  const headers: Record<string, string> =
    number < last ? { link: `${link(number + 1, 'next')}, ${link(last, 'last')}` } : {};
  return { status: 200, headers, body: all.slice((number - 1) * size, number * size) };
}

export function userReply(login: string): object {
  const url = `https://api.github.com/users/${encodeURIComponent(login)}`;
  const related = ['followers', 'following', 'gists', 'starred', 'subscriptions', 'organizations', 'repos'];
  return {
    login,
    id: 41_898_282,
    node_id: 'MDM6Qm90NDE4OTgyODI=',
    avatar_url: 'https://avatars.githubusercontent.com/in/15368?v=4',
    gravatar_id: '',
    url,
    html_url: `https://github.com/${encodeURIComponent(login)}`,
    ...Object.fromEntries(related.map((name) => [`${name}_url`, `${url}/${name}`])),
    events_url: `${url}/events`,
    received_events_url: `${url}/received_events`,
    type: login.endsWith('[bot]') ? 'Bot' : 'User',
    site_admin: false,
  };
}
