// Requests to the shop, by the names that its documentation has: call("GET /api/books/{id}", { id: 3 }).

export class ShopError extends Error {
  constructor(message, status, etag) {
    super(message);
    this.status = status; // 0: there was no answer
    this.etag = etag;
  }
}

// Answers { data, etag }. Parameters of the path are given by name.
export async function call(operation, { query, body, ifMatch, ...parameters } = {}) {
  const [method, template] = operation.split(" ");
  const path = template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(parameters[name]));
  const headers = {};
  if (body) headers["Content-Type"] = "application/json";
  if (ifMatch) headers["If-Match"] = ifMatch;
  let response;
  try {
    response = await fetch(query ? `${path}?${query}` : path, { method, headers, body: body && JSON.stringify(body) });
  } catch {
    throw new ShopError("The shop does not answer. Is the server still running?", 0);
  }
  const data = await response.json().catch(() => null);
  const etag = response.headers.get("ETag");
  if (response.ok) return { data, etag };
  throw new ShopError(problem(data?.detail) ?? `The shop answered ${response.status}.`, response.status, etag);
}

// Every item of a list, which comes in pages.
export async function all(operation) {
  const items = [];
  const query = new URLSearchParams({ limit: 100 });
  for (;;) {
    const { data } = await call(operation, { query });
    items.push(...data.items);
    if (!data.next) return items;
    query.set("cursor", data.next);
  }
}

// An error in words, or one entry for each value that is wrong.
function problem(detail) {
  if (!Array.isArray(detail)) return detail;
  const lines = detail.map(({ loc, msg }) => {
    const field = loc.slice(1).join(" ").replaceAll("_", " ");
    return field ? `${field}: ${msg}` : msg;
  });
  return lines.join("; ");
}
