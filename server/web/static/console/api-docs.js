/** Shows the API's description to browse and try; the page's own session is used, with its token. */
const place = /** @type {HTMLElement} */ (document.getElementById("api-docs"));
const token = document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") ?? "";

/** @type {any} */ (globalThis).SwaggerUIBundle({
  url: place.dataset.spec,
  domNode: place,
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  docExpansion: "none",
  filter: true,
  validatorUrl: null,
  requestInterceptor: (/** @type {any} */ request) => {
    if (request.method && request.method !== "GET" && token)
      request.headers["X-CSRF-Token"] = token;
    return request;
  },
});
