// Fastify with its schemas on: it validates what comes in and serialises by schema what goes out.
// node server.js PORT APP, where APP is plain or many, as in benchmarks/app

import Fastify from "fastify";

const COUNT = 1000;
const string = { type: "string" };
const integer = { type: "integer" };
const number = { type: "number" };
const strings = { type: "array", items: string };

const hello = { type: "object", properties: { message: string } };
const query = {
  type: "object",
  properties: { item_id: integer, q: { type: ["string", "null"] }, limit: integer },
};
const item = {
  type: "object",
  required: ["name", "price"],
  properties: {
    name: string,
    price: number,
    tags: { ...strings, default: [] },
    stock: { type: ["integer", "null"], default: null },
  },
};
const itemOut = {
  type: "object",
  required: ["id", "name", "price", "tags"],
  properties: { id: integer, name: string, price: number, tags: strings },
};

const rows = Array.from({ length: COUNT }, (_, id) => ({
  id,
  name: `item ${id}`,
  price: id + 0.5,
  tags: ["a", "b"],
}));

const app = Fastify({
  // Fastify's default also wraps a single value in an array, which would accept broken tags.
  ajv: { customOptions: { coerceTypes: true } },
});

function plain() {
  app.get("/", { schema: { response: { 200: hello } } }, async () => ({ message: "Hello" }));

  app.get(
    "/items/:item_id",
    {
      schema: {
        params: { type: "object", required: ["item_id"], properties: { item_id: integer } },
        querystring: {
          type: "object",
          properties: { q: string, limit: { ...integer, default: 10 } },
        },
        response: { 200: query },
      },
    },
    async ({ params, query: { q, limit } }) => ({ item_id: params.item_id, q, limit }),
  );

  app.post("/items", { schema: { body: item, response: { 200: itemOut } } }, async ({ body }) => ({
    id: 1,
    name: body.name,
    price: body.price,
    tags: body.tags,
  }));

  const models = { type: "array", items: itemOut };
  app.get("/models", { schema: { response: { 200: models } } }, async () => rows);

  app.get("/dicts", async () => rows);
}

function many() {
  for (let each = 0; each < COUNT; each++) {
    app.get(
      `/many/${each}/:name`,
      {
        schema: {
          params: { type: "object", properties: { name: string } },
          response: { 200: { type: "object", properties: { name: string } } },
        },
      },
      async ({ params: { name } }) => ({ name }),
    );
  }
}

const [port, name] = process.argv.slice(2);
({ plain, many })[name]();
await app.listen({ host: "127.0.0.1", port: Number(port) });
